# cython: language_level=3, wraparound=False, cdivision=True
"""The compiled twin of `mmod.wire.fragments`, which says what each function does."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.math cimport fabs, rint
from libc.stdint cimport int64_t
from libc.stdio cimport snprintf
from libc.string cimport memcpy

from mmod.wire.fragments import number_text

#: Below this, a number of thousandths is exact in a double and the shortest text for it has its three decimals.
cdef double LARGEST = 1e12

cdef enum:
    #: More than a number takes: a sign, nine digits, a point and three decimals.
    NUMBER_ROOM = 24
    #: More than the head of a state takes without its player: two numbers of 19 digits among 60 octets.
    HEAD_ROOM = 128
    #: What stands between a viewer and those it sees.
    ENTITIES_SIZE = 15


def move(
    list fragments, list heads, list goings, object[int64_t] rows, object[double, ndim=2] positions
):
    cdef Py_ssize_t place
    cdef int64_t row
    for place in range(len(rows)):
        row = rows[place]
        fragments[row] = _moved(<bytes>heads[row], <bytes>goings[row], positions[place, 0], positions[place, 1])


cdef bytes _moved(bytes head, bytes going, double x, double z):
    cdef char space[2 * NUMBER_ROOM + 8]
    cdef char *end = space
    if not (fabs(x) < LARGEST / 1000 and fabs(z) < LARGEST / 1000):  # so that what is no number comes here too
        return b"".join((head, number_text(x), b',"z":', number_text(z), going))
    end = _number(end, x)
    memcpy(end, b',"z":', 5)
    end = _number(end + 5, z)
    cdef Py_ssize_t first = PyBytes_GET_SIZE(head), second = end - space, third = PyBytes_GET_SIZE(going)
    fragment = PyBytes_FromStringAndSize(NULL, first + second + third)
    cdef char *target = PyBytes_AS_STRING(fragment)
    memcpy(target, PyBytes_AS_STRING(head), first)
    memcpy(target + first, space, second)
    memcpy(target + first + second, PyBytes_AS_STRING(going), third)
    return fragment


cdef char *_number(char *target, double number) noexcept nogil:
    """Write a number of at most three decimals as the shortest JSON that is a float; return where it ends."""
    cdef char digits[NUMBER_ROOM]
    cdef int64_t thousandths = <int64_t>rint(fabs(number) * 1000.0)
    cdef int64_t whole = thousandths // 1000
    cdef int rest = <int>(thousandths - whole * 1000), count = 0
    if number < 0:
        target[0] = b'-'
        target += 1
    while True:
        digits[count] = <char>(48 + whole % 10)
        count += 1
        whole //= 10
        if not whole:
            break
    while count:
        count -= 1
        target[0] = digits[count]
        target += 1
    target[0] = b'.'
    target[1] = <char>(48 + rest // 100)
    target += 2
    rest = rest % 100 * 10
    while rest:
        target[0] = <char>(48 + rest // 100)
        target += 1
        rest = rest % 100 * 10
    return target


def states(
    int64_t tick,
    object[int64_t] acks,
    object[int64_t] viewers,
    object[int64_t] offsets,
    object[int64_t] rows,
    list fragments,
    list tails,
    list privates,
):
    cdef char head[HEAD_ROOM]
    cdef Py_ssize_t viewer, place, begin, core, size
    cdef char *target
    cdef bytes own, seen, private, state
    made = []
    for viewer in range(len(viewers)):
        own, private = fragments[viewers[viewer]], privates[viewer]
        core = PyBytes_GET_SIZE(own) - PyBytes_GET_SIZE(<bytes>tails[viewers[viewer]])
        if core < 0:
            raise ValueError("a viewer was not encoded")
        begin = snprintf(
            head, HEAD_ROOM, b'{"type":"state","data":{"ack":%lld,"tick":%lld,"player":',
            <long long>acks[viewer], <long long>tick
        )
        size = begin + core + ENTITIES_SIZE + 1 + PyBytes_GET_SIZE(private) + 2
        for place in range(offsets[viewer], offsets[viewer + 1]):
            size += PyBytes_GET_SIZE(<bytes>fragments[rows[place]]) + (place > offsets[viewer])
        state = PyBytes_FromStringAndSize(NULL, size)
        target = _put(PyBytes_AS_STRING(state), head, begin)
        target = _put(target, PyBytes_AS_STRING(own), core)
        target = _put(target, b'}},"entities":[', ENTITIES_SIZE)
        for place in range(offsets[viewer], offsets[viewer + 1]):
            if place > offsets[viewer]:
                target = _put(target, b",", 1)
            seen = fragments[rows[place]]
            target = _put(target, PyBytes_AS_STRING(seen), PyBytes_GET_SIZE(seen))
        target = _put(target, b"]", 1)
        target = _put(target, PyBytes_AS_STRING(private), PyBytes_GET_SIZE(private))
        _put(target, b"}}", 2)
        made.append(state)
    return made


cdef inline char *_put(char *target, const char *octets, Py_ssize_t size) noexcept nogil:
    memcpy(target, octets, size)
    return target + size
