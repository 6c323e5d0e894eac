"""Sockets: the WebSocket protocol, the public and the admin site."""
