"""The real daemon as a subprocess on loopback, driven by clients that share no code with its network side."""
