"""A running world on a clock of its own: real engine, writer and store; clients and authenticator are the test's."""

import json
from random import Random

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from zope.interface import implementer

from mmod.errors import AuthRefused
from mmod.interfaces import IAuthenticator, IClientTransport, IStateOutlet
from mmod.items.rules import ItemRules
from mmod.items.templates import shipped_catalogue
from mmod.metrics.instruments import Instruments
from mmod.parts import WriterReport
from mmod.session.identity import Identity
from mmod.session.session import Phase
from mmod.session.settings import SessionSettings
from mmod.shard.admission import Admission, StartingKit
from mmod.shard.operations import Operations
from mmod.shard.persistence import Persistence
from mmod.shard.phases import PhaseClock
from mmod.shard.shard import Shard
from mmod.speedups import COMPILED
from mmod.store.memory import MemoryStore
from mmod.store.writer import PlayerWriter
from mmod.wire.dialects import Dialect
from mmod.world.engine import Engine
from mmod.world.settings import BotSettings, EngineSettings, WorldSettings
from tests.unit.store.scripted import ScriptedStore

if COMPILED:
    from mmod.net._sockets import send_states
else:
    from mmod.net.sockets import send_states

COMMIT_DELAY = 0.05

CATALOGUE = shipped_catalogue()

#: Unix time when the clocks of these worlds stand at 0.
EPOCH = 1_700_000_000.0


@implementer(IClientTransport, IStateOutlet)
class Wire:
    """Remembers what a session did to its socket."""

    peer = "tcp4:192.0.2.1:4711"

    def __init__(self, dialect=Dialect.JSON):
        self.dialect = dialect
        self.frames = []
        self.binaries = []
        self.pings = []
        #: Messages sent and pings, in order, that wait for the next frame.
        self.waiting = []
        self.closed = None
        self.aborted = False

    def send(self, payload, binary=False, soon=False):
        assert self.closed is None, "nothing may be sent after a close"
        (self.binaries if binary else self.frames).append(payload)
        self.waiting = [*self.waiting, payload] if soon else []

    def outlet(self):
        return self

    def send_state(self, payload):
        if self.closed is None and not self.aborted:
            self.send(payload, self.dialect.binary)

    def ping(self, payload, soon=False):
        self.pings.append(payload)
        self.waiting = [*self.waiting, payload] if soon else []

    def close(self, code, reason):
        assert self.closed is None, "closed twice"
        self.closed = (int(code), reason)

    def abort(self):
        self.aborted = True


@implementer(IAuthenticator)
class Gate:
    """Takes `dev:NAME`; when it is shut, the test opens it for each token."""

    def __init__(self):
        self.shut = False
        self.waiting = []

    def authenticate(self, token):
        if not self.shut:
            return self._answer(token)
        waiting = Deferred()
        self.waiting.append((token, waiting))
        return waiting

    def open_for(self, number):
        token, waiting = self.waiting.pop(number)
        self._answer(token).chainDeferred(waiting)

    def fail_for(self, number, error):
        self.waiting.pop(number)[1].errback(error)

    def _answer(self, token):
        name = token.removeprefix("dev:")
        return succeed(Identity(name.lower(), name)) if name != token else fail(AuthRefused("the token is not valid"))


class Client:
    """One socket and what was said on it."""

    def __init__(self, world, dialect):
        self.wire = Wire(dialect)
        self.connection = world.shard.connect(self.wire)
        self._world = world
        self._gone = False

    def hello(self, name="Ada", **more):
        return self.say(type="hello", token=f"dev:{name}", **more)

    def input(self, seq, x=1.0, z=0.0):
        return self.say(type="input", seq=seq, dt=0.05, intent={"x": x, "z": z})

    def equip(self, seq, instance_id, slot="main_hand"):
        return self.say(type="equip", seq=seq, instance_id=instance_id, slot=slot)

    def unequip(self, seq, slot="main_hand"):
        return self.say(type="unequip", seq=seq, slot=slot)

    def say(self, **message):
        self.connection.received(json.dumps(message).encode(), False)
        return self

    def gone(self, reason=None):
        """End the socket, once."""
        if not self._gone:
            self._gone = True
            self.connection.lost(reason)

    def pong(self):
        self.connection.ponged(self.wire.pings[-1])

    @property
    def messages(self):
        return [json.loads(frame) for frame in self.wire.frames]

    def of(self, kind):
        return [message["data"] for message in self.messages if message["type"] == kind]

    def kinds(self):
        return [message["type"] for message in self.messages]

    @property
    def ack(self):
        """What `join_ack` said."""
        (ack,) = self.of("join_ack")
        return ack

    @property
    def error(self):
        return self.of("error")[-1]["code"]

    @property
    def joined(self):
        return self.connection.session.phase is Phase.JOINED

    @property
    def answered(self):
        """Whether the hello has had a defined answer."""
        return bool(self.of("join_ack") or (self.of("error") and self.wire.closed))


class World:
    """Everything but sockets.  A second world over the same `memory` is a second daemon, or this one restarted."""

    def __init__(
        self,
        *,
        world=None,
        bots=None,
        sessions=None,
        kit=None,
        memory=None,
        clock=None,
        commit_delay=COMMIT_DELAY,
        interval=10.0,
        name="",
    ):
        self.clock = clock or Clock()
        self.memory = memory or MemoryStore(self.wall)
        self.memory.migrate()
        self.store = ScriptedStore(self.memory)
        self.store.prompt = True
        self.instruments = Instruments()
        self.gate = Gate()
        self.settings = world or WorldSettings()
        self._name = name
        self._made = 0
        self.writer = PlayerWriter(
            self.store,
            self.clock,
            commit_delay=commit_delay,
            timeout=2.0,
            report=WriterReport(self.instruments, lambda player_id: self.shard.superseded(player_id)),
        )
        self.phases = PhaseClock(1 / self.settings.tick_hz, self.clock, self.instruments)
        engine_settings = EngineSettings(self.settings, bots or BotSettings(max=0), ItemRules(), CATALOGUE)
        self.engine = Engine(engine_settings, seed=1, phases=self.phases)
        self.persistence = Persistence(
            self.engine, self.writer, clock=self.clock, wall_clock=self.wall, interval=interval, random=Random(1)
        )
        self.admission = Admission(
            self.gate,
            kit=kit or StartingKit(),
            resume_ttl=60.0,
            clock=self.clock,
            wall_clock=self.wall,
            new_token=lambda: self._made_up("token"),
            new_instance_id=lambda: self._made_up("item"),
            instruments=self.instruments,
        )
        self.shard = Shard(
            self.engine,
            self.writer,
            self.persistence,
            world=self.settings,
            items=ItemRules(),
            sessions=sessions or SessionSettings(message_rate=1e6, message_burst=1_000_000),
            clock=self.clock,
            instruments=self.instruments,
            phases=self.phases,
            send_states=send_states,
            greet=self.admission.greet,
        )
        self.operations = Operations(self.shard, self.store, lambda: self._made_up("item"))

    def wall(self):
        return EPOCH + self.clock.seconds()

    def _made_up(self, what):
        self._made += 1
        return f"{self._name}{what}-{self._made}"

    def connect(self, dialect=Dialect.JSON):
        return Client(self, dialect)

    def join(self, name="Ada", dialect=Dialect.JSON, **more):
        """Connect and say hello; what a claim must wait for is written meanwhile."""
        client = self.connect(dialect).hello(name, **more)
        self.turn()
        return client

    def tick(self, count=1):
        """Let ticks pass; the clock stands still."""
        for _ in range(count):
            self.shard.tick()

    def turn(self, seconds=0.0):
        """Let time pass; the world stands still."""
        self.clock.advance(seconds)

    def run(self, seconds):
        """Let time and ticks pass together."""
        for _ in range(round(seconds * self.settings.tick_hz)):
            self.turn(1 / self.settings.tick_hz)
            self.tick()

    def give(self, player_id, template_id="rock_small", quantity=1):
        """Grant an item, durably; return its id."""
        granted = Deferred.fromCoroutine(self.operations.grant(player_id, template_id, quantity, "backpack"))
        self.turn(COMMIT_DELAY)
        self.turn()
        return granted.result

    def metric(self, name, **labels):
        return self.instruments.registry.get_sample_value(name, labels)

    def stored(self, player_id):
        return self.memory.rows[player_id]
