"""Whole numbers from 0 in as few bytes as they need: seven bits a byte, the lowest first, the eighth says "go on"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmod.wire.delta.layout import LARGEST_VARINT, VARINT_BITS, VARINT_MORE

#: Nearly every number in a state is below this; their bytes are made once.
_READY = tuple(bytes([number]) for number in range(VARINT_MORE))

#: How far each byte of a varint shifts its bits.
_SHIFTS = np.arange(0, LARGEST_VARINT.bit_length(), VARINT_BITS)


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


def varints(numbers: NDArray[np.int64]) -> list[bytes]:
    """Return each row of an array of numbers from 0 as varints, one behind the other."""
    groups = numbers[..., np.newaxis] >> _SHIFTS[: 1 + int(numbers.max(initial=0)).bit_length() // VARINT_BITS]
    used = groups > 0
    used[..., 0] = True
    more = np.zeros_like(used)
    more[..., :-1] = used[..., 1:]
    encoded = (groups % VARINT_MORE | more * VARINT_MORE).astype(np.uint8)[used].tobytes()
    ends = np.cumsum(used.sum(axis=(1, 2))).tolist()
    return [encoded[first:last] for first, last in zip([0, *ends], ends, strict=False)]
