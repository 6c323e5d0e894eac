"""One simulated player: its conversation with the server over picows, and what is measured of it.

What runs for every frame is kept short, since a swarm takes tens of thousands of them a second.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from random import Random

import msgspec
from msgspec import UNSET
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from mmod.spatial.vector import ORIGIN, Vector
from mmod.swarm.dialects import Dialect
from mmod.swarm.tally import Tally
from mmod.swarm.walking import STANDING, Walker
from mmod.wire.codec import encode
from mmod.wire.messages import Error, Hello, JoinAck, JoinAckData, WorldConfig

#: One state of so many is counted through: counting the entities of 50 in sight takes as long as everything else.
SAMPLE_EVERY = 16

#: Seconds each input is meant to last, which no server needs to believe.
DT = 0.1

_answers = msgspec.json.Decoder(JoinAck | Error)


class Player(WSListener):
    """Joins, walks, counts; the same object before and after a reconnect.  `clock` is monotonic, in seconds."""

    def __init__(
        self,
        number: int,
        token: str,
        walker: Walker,
        chance: Random,
        dialect: Callable[[], Dialect],
        tally: Tally,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self.world: WorldConfig | None = None
        self._token = token
        self._walker = walker
        self._chance = chance
        self._speak = dialect
        self._dialect = dialect()
        self._tally = tally
        self._until_sample = number % SAMPLE_EVERY + 1
        self._transport: WSTransport | None = None
        self._resume: str | None = None
        self._began = 0.0
        self._last_state = 0.0
        self._forget_inputs(0)
        self._from, self._since, self._course, self._tail = ORIGIN, 0.0, STANDING, b""

    @property
    def joined(self) -> bool:
        """Whether it is in the world."""
        return self.world is not None

    def begin(self) -> None:
        """Count from now how long a join takes."""
        self._began = self._clock()

    def hang_up(self) -> None:
        """Break the connection off without a word, like a cable."""
        transport, self._transport = self._transport, None
        if transport is not None:
            self._left()
            transport.disconnect(graceful=False)

    def refused(self, reason: str) -> None:
        """Count a connection that did not come about."""
        self._tally.refused[reason] += 1

    def send_input(self, now: float) -> None:
        """Send what its keys say."""
        if self.world is None or self._transport is None:
            return
        if now >= self._since + self._course.lasts:
            self._turn(now, self._reckoned(now, self.world), self.world)
        self._sent.append(now)
        self._seq += 1
        self._tally.inputs += 1
        self._transport.send(WSMsgType.TEXT, b'{"type":"input","seq":%d,%b' % (self._seq, self._tail))

    # --- from picows ---

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Say who this is."""
        self._transport = transport
        self._dialect = self._speak()
        resume = UNSET if self._resume is None else self._resume
        transport.send(WSMsgType.TEXT, encode(Hello(self._token, resume=resume)))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take what the server sends."""
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            transport.disconnect()
            return
        payload = frame.get_payload_as_bytes()
        ack = self._dialect.ack(payload, kind == WSMsgType.BINARY)
        if ack is not None:
            self._state(ack, payload)
        elif kind == WSMsgType.TEXT:
            self._answer(payload)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Count the end unless it was ours."""
        if transport is not self._transport:
            return
        received = transport.close_handshake.recv if transport.close_handshake else None
        reason = f"close {int(received.code)}" if received else "cut"  # type: ignore[call-overload]
        if self.joined:
            self._tally.lost[reason] += 1
            self._left()
        else:
            self.refused(reason)
        self._transport = None

    # --- what the server says ---

    def _state(self, ack: int, payload: bytes) -> None:
        now, tally, sent = self._clock(), self._tally, self._sent
        if self._last_state:
            tally.intervals.add(now - self._last_state)
        self._last_state = now
        tally.states += 1
        tally.bytes += len(payload)
        while self._acked < ack and sent:
            self._acked += 1
            tally.acks.add(now - sent.popleft())
        self._until_sample -= 1
        if not self._until_sample:
            self._until_sample = SAMPLE_EVERY
            tally.sample(len(payload), self._dialect.entities(payload))

    def _answer(self, payload: bytes) -> None:
        try:
            answer = _answers.decode(payload)
        except msgspec.ValidationError:  # another message, of no interest here
            return
        if isinstance(answer, Error):
            self.refused(answer.data.code)
        else:
            self._entered(answer.data)

    def _entered(self, data: JoinAckData) -> None:
        now = self._clock()
        self.world = data.config
        self._resume = data.resumeToken
        self._last_state = 0.0
        self._forget_inputs(data.ack)
        self._turn(now, Vector(data.pos.x, data.pos.z), data.config)
        self._tally.entered(now, now - self._began)
        self._tally.resumed += data.resumed

    def _left(self) -> None:
        if self.joined:
            self._tally.left(self._clock())
        self.world = None

    # --- where it walks ---

    def _forget_inputs(self, ack: int) -> None:
        self._seq = self._acked = ack
        self._sent: deque[float] = deque()

    def _turn(self, now: float, position: Vector, world: WorldConfig) -> None:
        self._course = self._walker.next(position, world, self._chance)
        self._from, self._since = position, now
        x, z = self._course.intent
        self._tail = b'"dt":%.1f,"intent":{"x":%.4f,"z":%.4f}}' % (DT, x, z)

    def _reckoned(self, now: float, world: WorldConfig) -> Vector:
        """Return where its courses have brought it."""
        distance = world.move_speed * (now - self._since)
        intent = self._course.intent
        return Vector(self._from.x + intent.x * distance, self._from.z + intent.z * distance)
