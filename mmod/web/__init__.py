"""The browser client: static files, served as they are."""

from mmod.web.files import StaticFile, static_files

__all__ = ["StaticFile", "static_files"]
