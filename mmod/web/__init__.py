"""The page, the JavaScript client library and the live map: files, served as they are."""

from mmod.web.files import StaticFile, admin_files, client_files, static_files

__all__ = ["StaticFile", "admin_files", "client_files", "static_files"]
