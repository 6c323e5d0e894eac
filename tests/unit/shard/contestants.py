"""The daemons and clients of a play: see `races`."""

from collections import Counter

from msgspec.json import decode
from twisted.internet.task import Clock

from mmod.session.settings import SessionSettings
from mmod.world.settings import WorldSettings

from .bench import World

NAMES = ("Ada", "Bob")

#: Sessions that end for no other reason than those of the play.
PATIENT = SessionSettings(message_rate=1e6, message_burst=1_000_000, idle_timeout=1e6, ping_interval=1e6)

#: How a message begins of which there are many and nothing is asked.
STATE = b'{"type":"state"'


class Seat:
    """A client, what it was told and what it may expect."""

    def __init__(self, daemon, name, presents):
        self.daemon, self.name, self.presents = daemon, name, presents
        self.client = daemon.world.connect()
        self.sent = []
        self.inherited = []
        self.results = Counter()
        self.heard = 0
        self.answered = self.gone = False
        more = {} if presents is None else {"resume": presents}
        self.client.hello(name, **more)

    @property
    def player_id(self):
        return self.name.lower()

    @property
    def live(self):
        return not self.gone and self.client.joined

    def news(self):
        """Return the messages since the last look, but for those that only show the world."""
        heard, self.heard = self.heard, len(self.client.wire.frames)
        frames = [frame for frame in self.client.wire.frames[heard:] if not frame.startswith(STATE)]
        return [decode(frame) for frame in frames]

    def leave(self):
        self.gone = True
        self.client.gone()


class Daemon:
    """One daemon after the other at one place."""

    def __init__(self, name, memory, chance, now, oracle):
        self.world = World(
            memory=memory,
            clock=_clock(now),
            world=WorldSettings(linger=chance.choice([0.0, 0.5, 3.0])),
            sessions=PATIENT,
            interval=chance.choice([1.0, 5.0]),
            name=name,
        )
        self.world.store.prompt = False
        self.oracle = oracle
        self.epochs = dict.fromkeys(map(str.lower, NAMES), 0)
        self._lost, self.world.shard.superseded = self.world.shard.superseded, self.lost
        self.world.writer.start()
        self.world.persistence.start_persistence()
        self.seats = []

    def lost(self, player_id):
        """The writer takes a player for another daemon's."""
        self.oracle.look_at_loss(self, player_id)
        self._lost(player_id)

    def note_epochs(self):
        """Remember what is owned now, for what the next answer may change."""
        self.epochs = {player_id: self.world.writer.epoch(player_id) for player_id in self.epochs}

    @property
    def questions(self):
        return self.world.store.questions

    def live(self):
        return [seat for seat in self.seats if seat.live]


def _clock(now):
    clock = Clock()
    clock.advance(now)
    return clock
