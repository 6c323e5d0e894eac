"""What must be true of the store, the daemons and what clients were told, at every moment of a play: see `races`.

One session per player and daemon, and one daemon that can write; nothing acknowledged is missing from the store or
there twice; epochs, versions and what players own never go back; a token works once; no daemon loses a player to
itself; and who is not taken in is told why.
"""

from collections import Counter

from mmod.store.rows import stored_player

from .contestants import NAMES

#: What a client may be told instead of being taken in, or while it plays.
DEFINED = {"replaced", "unavailable", "rate_limited"}


class Oracle:
    """What was promised, and what the store holds."""

    def __init__(self, memory):
        self.memory = memory
        self.rows = {}
        #: The rows of each player that differ in where it stands and in nothing that was promised; the newest is last.
        self.steps = {}
        self.failovers = 0
        self.takers = {}
        self.granted = {}
        self.taken = {}
        self.successes = Counter()
        self.resumed = set()
        self.holders = {}
        self.tokens = {name: [] for name in NAMES}
        self.codes = Counter()

    def look_at_store(self):
        """Compare the store with what it was, and with what was promised."""
        owners = Counter()
        for player_id, row in self.memory.rows.items():
            state = stored_player(row).state
            self._no_step_back(player_id, row, state)
            owners.update(_items(state))
            self.taken.setdefault(player_id, set()).update(_taken(state))
        assert all(count == 1 for count in owners.values()), f"doubled: {owners}"
        for instance_id, player_id in self.granted.items():
            assert instance_id in _items(stored_player(self.memory.rows[player_id]).state), f"lost: {instance_id}"

    def _no_step_back(self, player_id, row, state):
        stamps = (row.epoch, row.version, *_versions(state))
        before = self.rows.get(player_id, (0,) * len(stamps))
        assert all(now >= then for now, then in zip(stamps, before, strict=True)), f"{player_id}: {before} to {stamps}"
        self.rows[player_id] = stamps
        steps = self.steps.setdefault(player_id, [])
        if steps and _promised(steps[-1]) != _promised(row):
            steps.clear()
        steps.append(row)

    def lose_steps(self, player_id):
        """Put the oldest row in place that breaks no promise."""
        row = self.steps[player_id][0]
        if row.version < self.memory.rows[player_id].version:
            self.failovers += 1
            self.memory.rows[player_id] = row
            self.steps[player_id] = [row]
            self.rows[player_id] = (row.epoch, row.version, *_versions(stored_player(row).state))

    def look_at_daemon(self, daemon):
        """One session of each player, and no answer that is not true."""
        world = daemon.world
        live = daemon.live()
        assert {seat.client.connection for seat in live} == {viewer.connection for _, viewer in world.shard.roster}
        assert len({seat.player_id for seat in live}) == len(live), "two sessions of one player"
        assert {seat.player_id for seat in live} <= set(world.engine.players())
        for seat in daemon.seats:
            for message in seat.news():
                self._heard(seat, message["type"], message["data"])

    def claimed(self, daemon, player_ids):
        """Claims of a daemon were committed, each under the epoch that the store has now."""
        for player_id in player_ids:
            self.takers.setdefault((player_id, self.memory.rows[player_id].epoch), daemon)

    def look_at_loss(self, daemon, player_id):
        """A daemon loses no player to itself: when all that has happened is one claim of its own, it can tell."""
        last = daemon.epochs[player_id]
        takers = [self.takers[player_id, epoch] for epoch in range(last + 1, self.memory.rows[player_id].epoch + 1)]
        assert takers, f"{player_id} is nobody else's"
        assert takers != [daemon], f"{player_id} was claimed here and nowhere else"

    def look_at_owners(self, daemons):
        """Of all daemons at most one has the epoch of the store."""
        for player_id, row in self.memory.rows.items():
            epochs = [daemon.world.writer.epoch(player_id) for daemon in daemons]
            assert all(epoch <= row.epoch for epoch in epochs)
            assert epochs.count(row.epoch) <= 1, f"{player_id} has two owners"

    def _heard(self, seat, kind, data):
        seat.answered = seat.answered or kind in ("join_ack", "error")
        if kind == "join_ack":
            self.tokens[seat.name].append(data["resumeToken"])
            self.holders[data["resumeToken"]] = seat
        if kind == "join_ack" and data["resumed"]:
            before = self.holders[seat.presents]
            seat.inherited = before.inherited + before.sent
            resume = (seat.daemon, seat.player_id, seat.presents)
            assert resume not in self.resumed, "a token worked twice"
            self.resumed.add(resume)
        if kind == "error":
            self.codes[data["code"]] += 1
            assert data["code"] in DEFINED, data
        if kind == "equipment_result":
            self.codes[data["code"]] += 1
            seat.results[data["seq"]] += 1
            if data["success"]:
                self.successes[seat.player_id, data["seq"]] += 1
                assert self.successes[seat.player_id, data["seq"]] == 1, "one command, two successes"
                assert data["seq"] in self.taken[seat.player_id], "acknowledged, and not in the store"

    def acknowledged(self, instance_id, player_id):
        """A grant was answered 201."""
        state = stored_player(self.memory.rows[player_id]).state
        assert instance_id in _items(state), "acknowledged, and not in the store"
        self.granted[instance_id] = player_id


def _items(state):
    if state is None:
        return []
    worn = [instance.instance_id for instance in state.equipment.slots.values()]
    return [stowed.instance.instance_id for stowed in state.inventory.items] + worn


def _promised(row):
    """Return what no failover may lose: who owns the player, and what of it was told to anybody."""
    state = stored_player(row).state
    return row.epoch, row.mark, state and (state.inventory, state.equipment, state.versions, _taken(state))


def _versions(state):
    return (0, 0) if state is None else (state.versions.inventory, state.versions.equipment)


def _taken(state):
    return () if state is None else (*state.sequences.above, *range(1, state.sequences.floor + 1))
