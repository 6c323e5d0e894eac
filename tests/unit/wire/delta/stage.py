"""A world in which everything happens that can happen to a sight, and clients that are shown it in both dialects."""

import msgspec
import numpy as np

from mmod.spatial.vector import Vector
from mmod.wire.delta.decoder import DeltaDecoder
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.delta.sight import NOTHING
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.interest import Interest

TICK_HZ = 20

#: Half a centimetre of rounding, half a millimetre of the JSON dialect's, and what doubles lose at 1,000 km.
ROUNDING = 0.0055 + 1e-9


class Client:
    """One connection of a player."""

    def __init__(self):
        self.sight = NOTHING
        self.decoder = DeltaDecoder(TICK_HZ)
        self.payloads = []


class Stage:
    """Entities that are moved by hand; those of kind PLAYER have a client each."""

    def __init__(self, radius=100.0, tick_hz=TICK_HZ):
        self.entities = Entities(256.0)
        self.tick = 0
        self.clients = {}
        self._interest = Interest(radius)
        self._delta = DeltaEncoder(tick_hz)
        self._json = SnapshotEncoder()

    def come(self, entity_id, x=0.0, z=0.0, *, kind=Kind.PLAYER, name=None):
        self.entities.add(entity_id, name or entity_id, kind, Vector(x, z))
        if kind is Kind.PLAYER:
            self.connect(entity_id)
        return self

    def go(self, entity_id):
        self.entities.remove(entity_id)
        self.clients.pop(entity_id, None)

    def connect(self, entity_id):
        """Begin a new connection of a player: it joins or resumes."""
        self.clients[entity_id] = Client()

    def put(self, entity_id, x, z):
        self.entities.position[self.entities.slot(entity_id)] = x, z

    def steer(self, entity_id, x, z):
        self.entities.velocity[self.entities.slot(entity_id)] = x, z

    def ack(self, entity_id, ack):
        self.entities.ack[self.entities.slot(entity_id)] = ack

    def run(self, ticks):
        self.tick += ticks
        self.entities.position += self.entities.velocity * (ticks / TICK_HZ)

    def show(self, names=None, parts=()):
        """Send a snapshot to some players (all unless given); return (delta, JSON) of each as values."""
        names = list(self.clients) if names is None else [name for name in names if name in self.clients]
        frame = self.entities.frame(self.tick)
        clients = [self.clients[name] for name in names]
        views = self._interest.sightings(frame, np.array([frame.row(name) for name in names], dtype=np.int64))
        whole = self._json.states(frame, views, [parts] * len(names))
        states, sights = self._delta.states(frame, views, [client.sight for client in clients], [parts] * len(names))
        shown = {}
        for name, client, payload, sight, state in zip(names, clients, states, sights, whole, strict=True):
            client.sight = sight
            client.payloads.append(payload)
            shown[name] = client.decoder.decode(payload), msgspec.json.decode(state)
        return shown

    def check(self, names=None, parts=()):
        """Show a snapshot and hold what each client has against what the other dialect says."""
        shown = self.show(names, parts)
        for name, (delta, whole) in shown.items():
            assert_same(delta, whole, self.truth(name))
        return shown

    def truth(self, name):
        """Return where everybody really is, by id."""
        frame = self.entities.frame(self.tick)
        return dict(zip(frame.ids, frame.position.tolist(), strict=True))


def assert_same(delta, whole, truth):
    """The same but for positions, which are the true ones to the nearest centimetre."""
    assert without_positions(delta) == without_positions(whole)
    for ours, theirs in zip(positions(delta), positions(whole), strict=True):
        assert ours["pos"] == {
            "x": float(np.rint(truth[ours["id"]][0] * 100.0) / 100.0),
            "z": float(np.rint(truth[ours["id"]][1] * 100.0) / 100.0),
        }
        assert abs(ours["pos"]["x"] - theirs["pos"]["x"]) <= ROUNDING
        assert abs(ours["pos"]["z"] - theirs["pos"]["z"]) <= ROUNDING


def positions(state):
    return [state["data"]["player"], *state["data"]["entities"]]


def without_positions(state):
    def bare(one):
        return {key: value for key, value in one.items() if key != "pos"}

    data = state["data"]
    return {
        **state,
        "data": {**data, "player": bare(data["player"]), "entities": [bare(one) for one in data["entities"]]},
    }
