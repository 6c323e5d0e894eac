"""What browsers are given: the page and the client library, read once at start."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from attrs import frozen

#: The kinds of files there are.
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".ts": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@frozen
class StaticFile:
    """One file, ready to be sent."""

    media_type: str
    content: bytes


def static_files() -> Mapping[str, StaticFile]:
    """Return all files of the page by their path below `static/`."""
    return dict(_walk(files("mmod.web") / "static", ""))


def admin_files() -> Mapping[str, StaticFile]:
    """Return all files of the live map by their path below `admin/`."""
    return dict(_walk(files("mmod.web") / "admin", ""))


def client_files() -> Mapping[str, StaticFile]:
    """Return all files of the client library by their name in `client/`."""
    return dict(_walk(files("mmod.web") / "client", ""))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, StaticFile]]:
    found: list[tuple[str, StaticFile]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = prefix + entry.name
        if entry.is_dir():
            found += _walk(entry, f"{path}/")
        else:
            media_type = MEDIA_TYPES["." + entry.name.rpartition(".")[2]]
            found.append((path, StaticFile(media_type, entry.read_bytes())))
    return found
