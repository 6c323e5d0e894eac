# cython: language_level=3, wraparound=False
"""The compiled twin of `mmod.net.sockets` and of `mmod.net.frames.only_payload`, which say what each function does."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.object cimport PyObject_AsFileDescriptor
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcpy

from mmod.net.frames import only_payload as only_payload_in_python
from mmod.net.outlet import PromptOutlet

cdef extern from "<sys/epoll.h>" nogil:
    enum: EPOLLIN
    ctypedef union epoll_data_t:
        int fd
    struct epoll_event:
        uint32_t events
        epoll_data_t data
    int epoll_wait(int poll, epoll_event *events, int most, int milliseconds)

cdef extern from "<sys/socket.h>" nogil:
    enum: MSG_DONTWAIT, MSG_NOSIGNAL
    ssize_t recv(int number, void *space, size_t size, int flags)
    ssize_t send(int number, const void *data, size_t size, int flags)
    int setsockopt(int number, int level, int option, const void *value, uint32_t size)

cdef extern from "<netinet/in.h>" nogil:
    enum: IPPROTO_TCP

cdef extern from "<netinet/tcp.h>" nogil:
    enum: TCP_QUICKACK

#: As in `mmod.net.sockets`: looked at in one call, and taken from each.
cdef enum:
    SOCKETS_AT_ONCE = 256
    FEW_OCTETS = 448
    ALL_OCTETS = 448 + 2048

#: As in `mmod.net.frames`.
cdef enum:
    WHOLE_TEXT = 0x81
    WHOLE_PONG = 0x8A
    FINAL = 0x80
    MASKED = 0x80
    SHORT_HEAD = 6
    SHORT = 125
    MEDIUM = 0xFFFF
    MEDIUM_FOLLOWS = 126
    LONG_FOLLOWS = 127


#: What goes out is put together here: one send(2) takes less than one of pieces, whatever the copy costs.  More than
#: this, of more than a thousand entities, is left to the outlet.
cdef enum:
    LARGEST = 1 << 17
    LONGEST_HEAD = 10
cdef uint8_t space[LARGEST + LONGEST_HEAD]


def read_ready(poll, clients):
    cdef epoll_event events[SOCKETS_AT_ONCE]
    cdef uint8_t octets[ALL_OCTETS]
    cdef int count, place, number
    cdef ssize_t got
    count = epoll_wait(PyObject_AsFileDescriptor(poll), events, SOCKETS_AT_ONCE, 0)
    heard = []
    for place in range(count):
        number = events[place].data.fd
        if events[place].events != EPOLLIN:
            heard.append((number, None))
            continue
        got = _received(number, octets)
        if got > 0:
            heard.append((number, PyBytes_FromStringAndSize(<char *>octets, got)))
        elif got == 0 or (errno != EAGAIN and errno != EINTR):
            heard.append((number, None))
    return heard


cdef ssize_t _received(int number, uint8_t *octets) noexcept nogil:
    """Read what there is; 0 or less is what recv(2) says."""
    cdef int at_once = 0
    cdef ssize_t more, got
    setsockopt(number, IPPROTO_TCP, TCP_QUICKACK, &at_once, sizeof(at_once))
    got = recv(number, octets, FEW_OCTETS, MSG_DONTWAIT)
    if got == FEW_OCTETS:
        more = recv(number, octets + FEW_OCTETS, ALL_OCTETS - FEW_OCTETS, MSG_DONTWAIT)
        if more > 0:
            got += more
    return got


def only_payload(bytes data):
    cdef const uint8_t *octets = <const uint8_t *>PyBytes_AS_STRING(data)
    cdef Py_ssize_t size = PyBytes_GET_SIZE(data) - SHORT_HEAD, place
    cdef uint8_t seen = 0
    if not 0 <= size <= SHORT or octets[1] != (MASKED | size) or octets[0] not in (WHOLE_TEXT, WHOLE_PONG):
        return None
    payload = PyBytes_FromStringAndSize(NULL, size)
    cdef uint8_t *target = <uint8_t *>PyBytes_AS_STRING(payload)
    for place in range(size):
        target[place] = octets[SHORT_HEAD + place] ^ octets[2 + (place & 3)]
        seen |= target[place]
    return payload if seen < 0x80 else only_payload_in_python(data)


def send_states(outlets, payloads):
    if len(outlets) != len(payloads):
        raise ValueError(f"{len(payloads)} states for {len(outlets)} clients")
    for outlet, payload in zip(outlets, payloads):
        if type(outlet) is not PromptOutlet or outlet.direct is None or not _sent(outlet, outlet.held, payload):
            outlet.send_state(payload)


cdef bint _sent(outlet, bytes held, bytes payload) except -1:
    """Send what is held and a state, in part if not whole; False when that is the outlet's, and nothing was done."""
    cdef Py_ssize_t sent, size
    cdef int number = outlet.direct.fileno()
    if number < 0 or PyBytes_GET_SIZE(held) + PyBytes_GET_SIZE(payload) > LARGEST:
        return False
    size = _put_together(held, outlet.opcode, payload)
    sent = send(number, space, size, MSG_DONTWAIT | MSG_NOSIGNAL)
    if sent < size:
        outlet.sent_in_part(payload, max(sent, 0))
    elif held:
        outlet.held = b""
    return True


cdef size_t _put_together(bytes held, uint8_t opcode, bytes payload):
    """Write what is held and then a frame into the space; return how long they are."""
    cdef size_t first = PyBytes_GET_SIZE(held), size = PyBytes_GET_SIZE(payload), head
    memcpy(space, PyBytes_AS_STRING(held), first)
    head = _head(space + first, opcode, size)
    memcpy(space + first + head, PyBytes_AS_STRING(payload), size)
    return first + head + size


cdef size_t _head(uint8_t *head, uint8_t opcode, size_t size) noexcept nogil:
    """Write the head of a frame, not masked, and return how long it is."""
    cdef size_t follow, place
    head[0] = FINAL | opcode
    if size <= SHORT:
        head[1] = <uint8_t>size
        return 2
    head[1], follow = (MEDIUM_FOLLOWS, 2) if size <= MEDIUM else (LONG_FOLLOWS, 8)
    for place in range(follow):
        head[1 + follow - place] = <uint8_t>(size >> (8 * place) & 0xFF)
    return 2 + follow
