"""The two kinds of WebSocket frame a game is made of (RFC 6455, 5.2): short ones from clients, whole ones to them.

Taken and made here in about a microsecond; every other frame, and everything that is wrong with one, is Autobahn's.
"""

from __future__ import annotations

from struct import Struct

TEXT, BINARY, PING, PONG = 0x1, 0x2, 0x9, 0xA

#: The first bit of a frame's first octet: the message ends with this frame.  The opcode takes the last four.
FIN = 0x80

#: The first bit of the second octet: the payload is masked, as a client's must be.
MASKED = 0x80

#: The first octet of a whole text message.
WHOLE_TEXT = FIN | TEXT

#: First octets of the frames taken here: a whole text message, and an answer to our ping.
TAKEN = frozenset({WHOLE_TEXT, FIN | PONG})

#: Octets before a short masked payload: two of header, four of mask.
SHORT_HEAD = 6

#: The largest payload whose length fits into the second octet, and the largest for which two more are enough.
SHORT, MEDIUM = 125, 0xFFFF

#: What the second octet says when two or eight octets of length follow.
MEDIUM_FOLLOWS, LONG_FOLLOWS = 126, 127

_number = int.from_bytes
_short_head = Struct("!BB").pack
_medium_head = Struct("!BBH").pack
_long_head = Struct("!BBQ").pack


def short_payload(data: bytes) -> bytes | None:
    """Return the unmasked payload of the frame that `data` begins with, which takes `SHORT_HEAD` octets more of it, if
    the frame is complete, a pong or a whole text message (in valid UTF-8), and masked and short as it should be;
    otherwise None, and the data is Autobahn's.
    """
    if len(data) < SHORT_HEAD or data[0] not in TAKEN:
        return None
    end = SHORT_HEAD + data[1] - MASKED
    if not SHORT_HEAD <= end <= SHORT_HEAD + SHORT or len(data) < end:
        return None
    size = end - SHORT_HEAD
    repeated = (data[2:SHORT_HEAD] * (size // 4 + 1))[:size]
    # An exclusive or of two large integers, since Python has none for bytes.
    number = _number(data[SHORT_HEAD:end], "little") ^ _number(repeated, "little")
    payload = number.to_bytes(size, "little")
    return payload if payload.isascii() or data[0] == FIN | PONG or _is_text(payload) else None


def only_payload(data: bytes) -> bytes | None:
    """Return the unmasked payload if `data` is one such frame and nothing else."""
    payload = short_payload(data)
    return payload if payload is not None and len(data) == SHORT_HEAD + len(payload) else None


def frame(opcode: int, payload: bytes) -> bytes:
    """Return a whole message or a ping as a server sends it: one frame, not masked."""
    size = len(payload)
    if size <= SHORT:
        return _short_head(FIN | opcode, size) + payload
    if size <= MEDIUM:
        return _medium_head(FIN | opcode, MEDIUM_FOLLOWS, size) + payload
    return _long_head(FIN | opcode, LONG_FOLLOWS, size) + payload


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
