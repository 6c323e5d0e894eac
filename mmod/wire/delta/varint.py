"""Whole numbers from 0 in as few bytes as they need: seven bits a byte, the lowest first, the eighth says "go on"."""

from __future__ import annotations

from mmod.wire.delta.layout import VARINT_BITS, VARINT_MORE

#: Nearly every number in a state is below this; their bytes are made once.
_READY = tuple(bytes([number]) for number in range(VARINT_MORE))


def varint(number: int) -> bytes:
    """Return a number from 0 as a varint."""
    if 0 <= number < VARINT_MORE:
        return _READY[number]
    if number < 0:
        raise ValueError(f"{number} is below 0")
    encoded = bytearray()
    while number >= VARINT_MORE:
        encoded.append(number % VARINT_MORE | VARINT_MORE)
        number >>= VARINT_BITS
    encoded.append(number)
    return bytes(encoded)
