"""Takes the bytes of a binary state apart, from the first to the last."""

from __future__ import annotations

from struct import Struct
from typing import Any

from mmod.errors import BadDelta
from mmod.wire.delta.layout import LARGEST_VARINT, VARINT_BITS, VARINT_MORE


class Reader:
    """A place in a payload that only goes on; whatever is not there raises `BadDelta`."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        first, self._at = self._at, self._at + size
        if self._at > len(self._payload):
            raise BadDelta(f"it ends after {len(self._payload)} bytes, before its {self._at}th")
        return self._payload[first : self._at]

    def record(self, layout: Struct) -> tuple[Any, ...]:
        """Return the numbers of the next record."""
        return layout.unpack(self.take(layout.size))

    def varint(self) -> int:
        """Return the next whole number."""
        number = 0
        for shift in range(0, LARGEST_VARINT.bit_length(), VARINT_BITS):
            (byte,) = self.take(1)
            number |= (byte % VARINT_MORE) << shift
            if byte < VARINT_MORE and number <= LARGEST_VARINT:
                return number
        raise BadDelta("a number is too large")

    def text(self) -> str:
        """Return the next text, which has its length in bytes before it."""
        try:
            return self.take(self.varint()).decode()
        except UnicodeDecodeError:
            raise BadDelta("a text is not UTF-8") from None

    def end(self) -> None:
        """Make sure that nothing is left."""
        if self._at != len(self._payload):
            raise BadDelta(f"{len(self._payload) - self._at} bytes are left over")
