"""The short way of a state: from its payload to the socket in one call.

Ten times a second each client is sent a state, over a connection that is open, owes nothing and takes it at once.  That
case is here whole, since each layer between broadcast and socket costs as much as making a tenth of the state.  In all
others the state goes the long way, through `ClientProtocol.send`, which knows them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from struct import Struct
from typing import Any

from mmod.net.frames import BINARY, FIN, MEDIUM, MEDIUM_FOLLOWS, SHORT, TEXT
from mmod.net.prompt import plain_tcp

SendState = Callable[[bytes], None]

_head = Struct("!BBH").pack


def state_sender(protocol: Any, binary: bool) -> SendState:
    """Return what sends the states of an open `ClientProtocol`, as binary messages or as text."""
    if plain_tcp(protocol.transport):
        return StateSender(protocol, binary).send
    return partial(protocol.send, binary=binary)


class StateSender:
    """Sends the states of a `ClientProtocol` on plain TCP, or of whatever has its `state`, `held` and `transport`."""

    __slots__ = ("_binary", "_first", "_open", "_protocol", "_send", "_transport")

    def __init__(self, protocol: Any, binary: bool) -> None:
        self._protocol = protocol
        self._binary = binary
        self._first = FIN | (BINARY if binary else TEXT)
        self._open = protocol.STATE_OPEN
        self._transport = protocol.transport
        self._send = protocol.transport.socket.send

    def send(self, payload: bytes) -> None:
        """Frame a state and give it to the socket; what the socket does not take is the transport's, as in
        `PromptWriter.write`, where the conditions on the transport are explained.
        """
        protocol, transport, size = self._protocol, self._transport, len(payload)
        if (
            protocol.state != self._open
            or protocol.held
            or not SHORT < size <= MEDIUM
            or not transport.connected
            or transport.dataBuffer
            or transport._tempDataLen
            or transport.disconnecting
        ):
            protocol.send(payload, self._binary)
            return
        data = _head(self._first, MEDIUM_FOLLOWS, size) + payload
        try:
            sent = self._send(data)
        except OSError:  # full, or gone: the transport will find out which, in a turn of its own
            sent = 0
        if sent < len(data):
            transport.write(data[sent:])
