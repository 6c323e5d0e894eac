"""What is done for the sockets of many clients in one call: reading from all that are ready, and sending all a state.

They are here in Python, and compiled in `mmod.net._sockets`, where that can be built: the same system calls, with less
around each.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Mapping, Sequence

from mmod.interfaces import IStateOutlet

#: Sockets that are read in one call: with some 20 us for each message, timers wait 5 ms longer at most.
SOCKETS_AT_ONCE = 256

#: Octets that are taken from a socket at first: a few inputs, in an object that Python's own allocator has room for.
FEW_OCTETS = 448

#: Octets that are taken from it in the same call when there were as many: a twentieth of the largest message.
MORE_OCTETS = 2048


def read_ready(poll: select.epoll, sockets: Mapping[int, socket.socket]) -> list[tuple[int, bytes | None]]:
    """Return what has come from the sockets (not blocking) that are ready, each with its number.

    None stands for anything but octets, such as the end, or an error.  Of those of TCP, acknowledging is put off before
    they are read: the kernel then acknowledges what was read with the next state, if that comes within 40 ms, instead
    of at once with a packet of its own, which costs as much as the read itself.  (It forgets that again.)
    """
    heard: list[tuple[int, bytes | None]] = []
    for number, event in poll.poll(0, SOCKETS_AT_ONCE):
        if event != select.EPOLLIN:
            heard.append((number, None))
            continue
        try:
            heard.append((number, _received(sockets[number]) or None))
        except BlockingIOError:
            continue
        except OSError:  # it has just been reset
            heard.append((number, None))
    return heard


def _received(connected: socket.socket) -> bytes:
    if connected.family in (socket.AF_INET, socket.AF_INET6):
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    data = connected.recv(FEW_OCTETS)
    return data + _more(connected) if len(data) == FEW_OCTETS else data


def _more(connected: socket.socket) -> bytes:
    """Return what else there is to read; an end or an error is found in the next call."""
    try:
        return connected.recv(MORE_OCTETS)
    except OSError:
        return b""


def send_states(outlets: Sequence[IStateOutlet], payloads: Sequence[bytes]) -> None:
    """Send each client the payload of a state."""
    for outlet, payload in zip(outlets, payloads, strict=True):
        outlet.send_state(payload)
