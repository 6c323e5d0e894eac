# cython: language_level=3, wraparound=False
"""The compiled twin of `mmod.wire.delta.bodies`, which says what its function does."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport int16_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    #: As in `mmod.wire.delta.layout`.
    SHORT = 0x00
    WHOLE = 0x01
    VARINT_BITS = 7
    VARINT_MORE = 0x80
    #: Bytes of a record of each kind, and of the longest varint.
    SHORT_SIZE = 8
    WHOLE_SIZE = 32
    LONGEST_VARINT = 10
    NUMBERS = 4


def states(
    object[int64_t, ndim=2] heads,
    crowds,
    object[int64_t] offsets,
    object[int64_t] seen,
    stayed_as_bools,
    object[uint8_t] codes,
    object[int16_t, ndim=2, mode="c"] short,
    object[double, ndim=2, mode="c"] whole,
    tails,
):
    cdef object[uint8_t] stayed = stayed_as_bools.view("u1")
    cdef Py_ssize_t viewer, place, head, size
    cdef uint8_t numbers[NUMBERS * LONGEST_VARINT]
    cdef uint8_t code
    cdef char *target
    cdef bytes crowd, tail
    if not len(heads) == len(crowds) == len(tails) == len(offsets) - 1:
        raise ValueError("each viewer has a head, a crowd, a list and a tail")
    if short.shape[1] != NUMBERS or whole.shape[1] != NUMBERS:
        raise ValueError("a record has four numbers")
    told = []
    for viewer, (crowd, tail) in enumerate(zip(crowds, tails)):
        head = 0
        for place in range(NUMBERS):
            head += _varint(numbers + head, heads[viewer, place])
        size = head + PyBytes_GET_SIZE(crowd) + PyBytes_GET_SIZE(tail)
        for place in range(offsets[viewer], offsets[viewer + 1]):
            if stayed[place]:
                code = codes[seen[place]]
                size += 1 + (SHORT_SIZE if code == SHORT else WHOLE_SIZE if code == WHOLE else 0)
        state = PyBytes_FromStringAndSize(NULL, size)
        target = PyBytes_AS_STRING(state)
        memcpy(target, numbers, head)
        memcpy(target + head, PyBytes_AS_STRING(crowd), PyBytes_GET_SIZE(crowd))
        target += head + PyBytes_GET_SIZE(crowd)
        for place in range(offsets[viewer], offsets[viewer + 1]):
            if stayed[place]:
                target[0] = <char>codes[seen[place]]
                target += 1
        for place in range(offsets[viewer], offsets[viewer + 1]):
            if stayed[place] and codes[seen[place]] == SHORT:
                memcpy(target, &short[seen[place], 0], SHORT_SIZE)
                target += SHORT_SIZE
        for place in range(offsets[viewer], offsets[viewer + 1]):
            if stayed[place] and codes[seen[place]] == WHOLE:
                memcpy(target, &whole[seen[place], 0], WHOLE_SIZE)
                target += WHOLE_SIZE
        memcpy(target, PyBytes_AS_STRING(tail), PyBytes_GET_SIZE(tail))
        told.append(state)
    return told


cdef Py_ssize_t _varint(uint8_t *target, uint64_t number) noexcept nogil:
    """Write a number as a varint; return how many bytes it takes."""
    cdef Py_ssize_t size = 0
    while number >= VARINT_MORE:
        target[size] = <uint8_t>(number % VARINT_MORE | VARINT_MORE)
        number >>= VARINT_BITS
        size += 1
    target[size] = <uint8_t>number
    return size + 1
