"""One client's conversation from connect to close, and who is connected: state machines, bytes in, actions out."""
