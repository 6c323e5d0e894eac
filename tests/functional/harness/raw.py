"""A WebSocket client made of bytes, for what no library would send or leave unsaid.

It answers nothing by itself: no ping, no close.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any

from attrs import frozen

from .decoding import decoded
from .waiting import PATIENCE

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0

UPGRADE = {
    "Host": "127.0.0.1",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
}


@frozen
class Frame:
    """A frame the daemon sent (it never fragments, and never masks)."""

    opcode: int
    payload: bytes


def frame(opcode: int, payload: bytes, *, fin: bool = True, declared: int | None = None) -> bytes:
    """Return a masked frame; `declared` is the length it claims to have."""
    length = len(payload) if declared is None else declared
    first = (0x80 if fin else 0) | opcode
    size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + length.to_bytes(2, "big")
    mask = os.urandom(4)
    return bytes([first]) + size + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


class RawClient:
    """A socket; `receive_buffer` bytes of it are what the kernel may take in for a client that does not read."""

    def __init__(self, port: int, receive_buffer: int | None = None) -> None:
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", port))
        self._buffer = b""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def send_what_is_taken(self, data: bytes) -> None:
        """Send bytes until the daemon has had enough of them."""
        with suppress(ConnectionResetError, BrokenPipeError):
            self._socket.sendall(data)

    def answer(self) -> tuple[bytes, bytes]:
        """Return the head of an HTTP answer, and what of its body comes with it."""
        while b"\r\n\r\n" not in self._buffer and self._read():
            pass
        head, _, body = self._buffer.partition(b"\r\n\r\n")
        return head, body

    def say(self, message: dict[str, Any]) -> None:
        """Send a message in one text frame."""
        self.send(frame(TEXT, json.dumps(message).encode()))

    def upgrade(self, path: str = "/ws", **headers: str) -> RawClient:
        """Become a WebSocket; `headers` go over or beside the usual ones."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**UPGRADE, **headers}.items())
        self.send(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        while b"\r\n\r\n" not in self._buffer:
            assert self._read(), f"no upgrade: {self._buffer!r}"
        answer, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        return self

    def join(self, token: str) -> RawClient:
        """Upgrade, and say who this is."""
        self.upgrade().say({"type": "hello", "token": token})
        return self

    def frames(self) -> Iterator[Frame]:
        """Yield what the daemon sends until it ends the connection; text is checked like that of any client."""
        while True:
            while (taken := self._take()) is None:
                if not self._read():
                    return
            if taken.opcode == TEXT:
                decoded(taken.payload.decode())
            yield taken

    def join_ack(self) -> Any:
        """Read up to the `join_ack` and return its data."""
        answer = next(taken for taken in self.frames() if taken.opcode == TEXT)
        return json.loads(answer.payload)["data"]

    def close_code(self) -> int | None:
        """Read until a close frame or the end; return the code, None when the connection was dropped without one."""
        codes = (int.from_bytes(taken.payload[:2], "big") for taken in self.frames() if taken.opcode == CLOSE)
        return next(codes, None)

    def rest(self, within: float = PATIENCE) -> bytes:
        """Return everything until the daemon ends the connection."""
        deadline = time.monotonic() + within
        while self._read():
            assert time.monotonic() < deadline, f"still open after {within} s"
        return self._buffer

    def _read(self) -> bool:
        try:
            data = self._socket.recv(65536)
        except ConnectionResetError:
            return False
        self._buffer += data
        return bool(data)

    def _take(self) -> Frame | None:
        """Cut one whole frame off the buffer."""
        if len(self._buffer) < 2:
            return None
        short = self._buffer[1] & 0x7F
        start = {126: 4, 127: 10}.get(short, 2)
        length = short if start == 2 else int.from_bytes(self._buffer[2:start], "big")
        if len(self._buffer) < max(start, start + length):
            return None
        taken = Frame(self._buffer[0] & 0x0F, self._buffer[start : start + length])
        self._buffer = self._buffer[start + length :]
        return taken
