"""One player's connection, over the `websockets` library."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, TypeVar

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from mmod.wire.delta.decoder import DeltaDecoder
from mmod.wire.dialects import Dialect
from mmod.wire.messages import JoinAck, JoinAckData, State, StateData

from .decoding import ServerFrame, decoded
from .waiting import PATIENCE

Data = TypeVar("Data")

#: Seconds the library waits for the daemon's half of a close.
CLOSE_TIMEOUT = 2.0


def _anything(_: object) -> bool:
    return True


class Client:
    """Speaks the protocol; a thread of the library reads and answers pings, so a test may look when it likes.

    `received` holds every message so far in order, `frames` the same as text; of them `binary_states` came in binary.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self._stack = ExitStack()
        self.received: list[ServerFrame] = []
        self.frames: list[str] = []
        self._joined: JoinAckData | None = None
        self._delta: DeltaDecoder | None = None
        self.binary_states = 0
        self._last_input = 0
        self._last_command = 0
        settings: dict[str, Any] = {
            "compression": None,
            "proxy": None,
            "ping_interval": None,
            "close_timeout": CLOSE_TIMEOUT,
            "max_size": None,
            "max_queue": None,
        }
        self.socket: ClientConnection = self._stack.enter_context(connect(url, **{**settings, **options}))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # --- saying ---

    def send(self, message: dict[str, Any] | str | bytes) -> None:
        """Send a message as JSON, a text as a text frame, or bytes as a binary frame."""
        self.socket.send(json.dumps(message) if isinstance(message, dict) else message)

    def hello(self, token: str, **fields: Any) -> None:
        """Say who this is."""
        self.send({"type": "hello", "token": token, **fields})

    def join(self, token: str, **fields: Any) -> JoinAckData:
        """Say who this is and return the `join_ack`."""
        self.hello(token, **fields)
        ack: JoinAckData = self.expect(JoinAck)
        self._last_input = ack.ack
        return ack

    def walk(self, x: float, z: float, *, seq: int | None = None) -> int:
        """Send an `input`; return its sequence number, the next one unless given."""
        self._last_input = self._last_input + 1 if seq is None else seq
        self.send({"type": "input", "seq": self._last_input, "dt": 0.05, "intent": {"x": x, "z": z}})
        return self._last_input

    def equip(self, instance_id: str, slot: str, *, seq: int | None = None) -> int:
        """Send an `equip`; return its sequence number."""
        return self._command({"type": "equip", "instance_id": instance_id, "slot": slot}, seq)

    def unequip(self, slot: str, compartment: str | None = None, *, seq: int | None = None) -> int:
        """Send an `unequip`; return its sequence number."""
        place = {} if compartment is None else {"compartment": compartment}
        return self._command({"type": "unequip", "slot": slot, **place}, seq)

    def _command(self, message: dict[str, Any], seq: int | None) -> int:
        self._last_command = self._last_command + 1 if seq is None else seq
        self.send({**message, "seq": self._last_command})
        return self._last_command

    # --- hearing ---

    def next(self, within: float = PATIENCE) -> ServerFrame:
        """Return the next message; raise `ConnectionClosed`, or `TimeoutError` after some seconds."""
        frame = self.socket.recv(timeout=within)
        text = frame if isinstance(frame, str) else self._state_in(frame)
        message = decoded(text)
        self.frames.append(text)
        self.received.append(message)
        if isinstance(message, JoinAck):
            self._joined = message.data
            self._delta = DeltaDecoder(message.data.config.tick_hz)
        return message

    def _state_in(self, frame: bytes) -> str:
        """Return a binary state as the text that the JSON dialect would have sent."""
        assert self.socket.subprotocol == Dialect.DELTA.value, f"a binary frame came: {frame!r:.200}"
        assert self._delta is not None, "a state came before the join_ack"
        self.binary_states += 1
        return json.dumps(self._delta.decode(frame))

    def expect(self, kind: type, that: Callable[[Any], bool] = _anything, within: float = PATIENCE) -> Any:
        """Return the data of the next message of a kind that satisfies a condition; the others are only collected."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.next(left)
            except TimeoutError:
                break
            except ConnectionClosed as closed:
                raise AssertionError(f"closed before a {kind.__name__} came: {closed}; {self.received[-3:]}") from None
            if isinstance(message, kind) and that(message.data):
                return message.data
        raise AssertionError(f"no such {kind.__name__} within {within} s; the last was {self.received[-1:]}")

    def state(self, that: Callable[[StateData], bool] = _anything, within: float = PATIENCE) -> StateData:
        """Return the data of the next `state` that satisfies a condition."""
        data: StateData = self.expect(State, that, within)
        return data

    @property
    def joined(self) -> JoinAckData:
        """The last `join_ack`."""
        assert self._joined is not None, "no join_ack has come yet"
        return self._joined

    @property
    def last_state(self) -> StateData:
        """The last `state`."""
        data: StateData = self.heard(State)[-1]
        return data

    def heard(self, kind: type[Any]) -> list[Any]:
        """Return the data of all messages of a kind that were collected so far."""
        return [message.data for message in self.received if isinstance(message, kind)]

    def closed(self, within: float = PATIENCE) -> int:
        """Collect messages until the connection ends; return its close code, 1006 for none."""
        deadline = time.monotonic() + within
        try:
            while True:
                self.next(max(0.0, deadline - time.monotonic()))
        except ConnectionClosed:
            assert self.socket.close_code is not None
            return self.socket.close_code
        except TimeoutError:
            raise AssertionError(f"still open after {within} s") from None

    # --- leaving ---

    def close(self) -> None:
        """Close the connection in good order, if it is open; what came last is decoded too."""
        self._stack.close()
        self.closed()

    def cut(self) -> None:
        """End the connection without a word."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)
        self.closed()
