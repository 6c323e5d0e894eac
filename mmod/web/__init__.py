"""The browser client and the live map: static files, served as they are."""

from mmod.web.files import StaticFile, admin_files, static_files

__all__ = ["StaticFile", "admin_files", "static_files"]
