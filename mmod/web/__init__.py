"""The page and the JavaScript client library: files, served as they are."""

from mmod.web.files import StaticFile, client_files, static_files

__all__ = ["StaticFile", "client_files", "static_files"]
