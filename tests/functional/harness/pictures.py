"""Pictures of a page for the documentation: PNG with a palette, a third of the size of what a browser takes."""

from __future__ import annotations

import base64
import struct
import zlib
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page

#: As many as a palette can hold.
COLOURS = 256

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def take(browser: Browser, page: Page, path: Path) -> None:
    """Write what a page shows to a file; the browser does the counting, in a tab that has no policy."""
    taken = base64.b64encode(page.screenshot()).decode()
    desk = browser.new_page()
    reduced = desk.evaluate(_quantise(), {"png": taken, "colours": COLOURS})
    desk.close()
    palette, indices = (base64.b64decode(reduced[part]) for part in ("palette", "indices"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(reduced["width"], reduced["height"], palette, indices))


def encoded(width: int, height: int, palette: bytes, indices: bytes) -> bytes:
    """Return a PNG (ISO 15948) of one byte a pixel, a place in the palette."""
    rows = b"".join(b"\0" + indices[start : start + width] for start in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@cache
def _quantise() -> str:
    return Path(__file__).with_name("quantise.js").read_text(encoding="utf-8")
