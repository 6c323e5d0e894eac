# cython: language_level=3, wraparound=False
"""The compiled twin of `mmod.spatial.reach`, which says what its function does."""

import numpy as np

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    #define lowest_bit(word) __builtin_ctzll(word)
    """
    int lowest_bit(uint64_t word) noexcept nogil



#: As in `mmod.spatial.cells`.
cdef int64_t COLUMN = <int64_t>1 << 32


def reached(
    object[int64_t, mode="c"] keys,
    object[double] x,
    object[double] z,
    object[int64_t] order,
    object[double, ndim=2] centres,
    object[int64_t, ndim=2] low,
    object[int64_t, ndim=2] high,
    double square,
    object[int64_t] without,
):
    """(A set of bits for each centre puts its rows in order.)"""
    cdef Py_ssize_t count = len(keys), viewers = len(centres), centre, place, found = 0, room = 64 * viewers + count
    cdef Py_ssize_t words = count // 64 + 1, word, first, last
    cdef double dx, dz, east, north
    cdef int64_t column
    cdef uint64_t bits
    cdef object[int64_t] offsets = np.zeros(viewers + 1, np.int64)
    cdef object[int64_t] rows = np.empty(room, np.int64)
    cdef object[uint64_t] marked = np.zeros(words, np.uint64)
    if not count:
        return offsets, rows[:0]
    for centre in range(viewers):
        east, north, first, last = centres[centre, 0], centres[centre, 1], words, -1
        for column in range(low[centre, 0], high[centre, 0] + 1):
            place = _place_of(&keys[0], count, column * COLUMN + low[centre, 1])
            while place < count and keys[place] <= column * COLUMN + high[centre, 1]:
                dx, dz = x[place] - east, z[place] - north
                if dx * dx + dz * dz <= square:
                    word = order[place] >> 6
                    marked[word] |= <uint64_t>1 << (order[place] & 63)
                    first, last = min(first, word), max(last, word)
                place += 1
        if without[centre] >= 0:
            marked[without[centre] >> 6] &= ~(<uint64_t>1 << (without[centre] & 63))
        if found + count > room:
            rows = np.concatenate((rows, np.empty(room, np.int64)))
            room *= 2
        for word in range(first, last + 1):
            bits, marked[word] = marked[word], 0
            while bits:
                rows[found] = (word << 6) + lowest_bit(bits)
                found += 1
                bits &= bits - 1
        offsets[centre + 1] = found
    return offsets, rows[:found]


cdef Py_ssize_t _place_of(const int64_t *keys, Py_ssize_t count, int64_t key) noexcept nogil:
    """Return the place of the first of so many ascending keys that is not below this one."""
    cdef Py_ssize_t low = 0, high = count, middle
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low
