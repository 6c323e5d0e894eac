"""An authoritative world server for massively multiplayer games."""

__version__ = "0.1.0"
