"""Whole daemons on one store, played against each other in any order, and an oracle that watches store and clients.

Each daemon has a clock of its own and a store whose answers the play gives: it grants, commits without an answer,
fails, and commits what it has failed before.  Daemons crash and come back.  Clients come and go, present any token they
have seen, and repeat commands.  All of it follows from one seed.
"""

from collections import Counter
from random import Random

from twisted.internet.defer import Deferred

from mmod.errors import RemoteError, StoreError
from mmod.store.memory import MemoryStore
from mmod.store.rows import stored_player

from .bench import EPOCH
from .contestants import NAMES, Daemon, Seat
from .oracle import Oracle

DAEMONS = 2
STEPS = 200

#: What slots and items the clients play with.
WEARABLE = {"dagger_bronze": "main_hand", "cap_wool": "head"}

#: Grants that one player may get: what it can carry.
MOST_GRANTS = 12

#: What the store is up to: it answers, or fails in every way there is, or is silent; how often, of all steps, that
#: changes, and to what how likely.
CALM, STORM, SILENCE = "calm", "storm", "silence"
CHANGES, CHANGE_WEIGHTS = {CALM: 0.05, STORM: 0.15, SILENCE: 0.1}, {CALM: 4, STORM: 2, SILENCE: 1}

#: Seconds between two steps, and how often each.
PAUSES = (0.0, 0.001, 0.01, 0.05, 0.2, 1.0)
PAUSE_WEIGHTS = {CALM: (8, 4, 4, 4, 1, 0.5), STORM: (8, 4, 4, 4, 1, 0.5), SILENCE: (4, 2, 2, 2, 4, 4)}

#: Rounds of answering everything, a tenth of a second each, after which whoever still waits has been forgotten.
RECOVERY_ROUNDS = 300


class Play:
    """One seed."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.now = 0.0
        self.memory = MemoryStore(lambda: EPOCH + self.now)
        self.memory.migrate()
        self.oracle = Oracle(self.memory)
        self.crashes = 0
        self.daemons = [self._daemon(number) for number in range(DAEMONS)]
        self.late = []
        self.weather = CALM
        self.seq = 0
        self.grants = []
        self.grant_count = Counter()
        self.keys = 0
        self.expected = []

    def _daemon(self, place):
        return Daemon(f"{place}.{self.crashes}-", self.memory, self.chance, self.now, self.oracle)

    # --- what may happen ---

    def step(self):
        actions = (
            (self.hello, 5),
            (self.crowd, 1),
            (self.leave, 1),
            (self.come_right_back, 2),
            (self.walk, 6),
            (self.equip, 14),
            (self.grant, 6),
            (self.reply, 40),
            (self.commit_late, 1),
            (self.fail_over, 6),
            (self.crash, 0.3),
        )
        if self.chance.random() < CHANGES[self.weather]:
            self.weather = self.chance.choices(list(CHANGE_WEIGHTS), list(CHANGE_WEIGHTS.values()))[0]
        action = self.chance.choices([each for each, _ in actions], [weight for _, weight in actions])[0]
        action()
        self.look()
        self.pass_time(self.chance.choices(PAUSES, PAUSE_WEIGHTS[self.weather])[0])

    def hello(self, daemon=None, name=None, count=1):
        daemon = daemon or self.chance.choice(self.daemons)
        name = name or self.chance.choice(NAMES)
        known = [None, *self.known_tokens(name)]
        wanted = [self.chance.choice(known)] if self.chance.random() < 0.5 else known
        for _ in range(count):
            daemon.seats.append(Seat(daemon, name, self.chance.choice(wanted)))

    def known_tokens(self, name):
        """Return the newest token three times, the one before it twice, any older, another player's and a wrong one."""
        own, foreign = self.oracle.tokens[name], self.oracle.tokens[self.chance.choice(NAMES)]
        older = [self.chance.choice(tokens) for tokens in (own, foreign) if tokens]
        return [*own[-1:] * 3, *own[-2:-1] * 2, *older, "wrong"]

    def crowd(self):
        self.hello(count=self.chance.choice([2, 10]))

    def leave(self):
        seats = [seat for daemon in self.daemons for seat in daemon.seats if not seat.gone]
        if seats:
            self.chance.choice(seats).leave()

    def come_right_back(self):
        live = self.live()
        if live:
            seat = self.chance.choice(live)
            seat.leave()
            self.pass_time(self.chance.choice([0, 0.001, 0.004]))
            self.hello(self.chance.choice([seat.daemon, self.chance.choice(self.daemons)]), seat.name)

    def walk(self):
        live = self.live()
        if live:
            self.seq += 1
            self.chance.choice(live).client.input(self.seq, self.chance.choice([-1.0, 0.0, 1.0]))

    def equip(self):
        live = self.live()
        if not live:
            return
        seat = self.chance.choice(live)
        seq = self.next_seq(seat)
        player = seat.daemon.world.engine.player(seat.player_id)
        carried = [stowed.instance for stowed in player.inventory.items]
        if carried and self.chance.random() < 0.7:
            instance = self.chance.choice(carried)
            seat.client.equip(seq, instance.instance_id, WEARABLE[instance.template_id])
        else:
            seat.client.unequip(seq, self.chance.choice(list(WEARABLE.values())))
        if seq not in seat.sent and seq not in seat.inherited:
            seat.sent.append(seq)

    def next_seq(self, seat):
        """Return a number of its own for a command, or one that this session or the one it resumed has used before."""
        used = seat.inherited + seat.sent
        if used and self.chance.random() < 0.3:
            return self.chance.choice(used)
        self.seq += 1
        return self.seq

    def grant(self):
        live = self.live()
        if not live:
            return
        seat = self.chance.choice(live)
        daemon, player_id = seat.daemon, seat.player_id
        if self.grant_count[player_id] >= MOST_GRANTS:
            return
        self.grant_count[player_id] += 1
        key = self.chance.choice([None, "key"])
        asked = Deferred.fromCoroutine(
            daemon.world.operations.grant(player_id, self.chance.choice(list(WEARABLE)), 1, "backpack", key)
        )
        asked.addCallback(self.oracle.acknowledged, player_id)
        asked.addErrback(lambda failure: failure.trap(RemoteError, StoreError) and None)
        self.grants.append((daemon, asked))

    def reply(self):
        asked = [(daemon, question) for daemon in self.daemons for question in daemon.questions]
        if not asked or self.weather == SILENCE:
            return
        daemon, question = self.chance.choice(asked)
        match "answer" if self.weather == CALM else self.chance.choice(["answer", "fail", "commit", "lose", "late"]):
            case "answer":
                self.answer(daemon, question)
            case "fail":
                question.fail()
            case "commit":
                self.commit(daemon, question)
            case "lose":
                self.commit(daemon, question)
                question.fail("the answer is lost")
            case "late":
                question.fail("no answer in time")
                self.late.append((daemon, question))

    def commit(self, daemon, question):
        question.commit()
        if question.kind == "claim":
            self.oracle.claimed(daemon, [request.player_id for request in question.asked])
        self.oracle.look_at_store()

    def answer(self, daemon, question):
        self.commit(daemon, question)
        question.answer()

    def commit_late(self):
        """The store does what it was asked for before, and has failed."""
        if self.late:
            self.commit(*self.late.pop(self.chance.randrange(len(self.late))))

    def fail_over(self):
        """Let a standby take over that has not heard of a player's last steps, while the next save is on its way."""
        on_the_way = [
            save
            for daemon in self.daemons
            for question in daemon.questions
            if question.kind == "save" and not question.committed
            for save in question.asked
            if save.basis is not None
        ]
        if on_the_way:
            self.oracle.lose_steps(self.chance.choice(on_the_way).player_id)

    def crash(self):
        place = self.chance.randrange(DAEMONS)
        self.crashes += 1
        daemon = self.daemons[place]
        self.late += [(daemon, question) for question in daemon.questions if self.chance.random() < 0.7]
        self.daemons[place] = self._daemon(place)

    def pass_time(self, seconds):
        self.now += seconds
        for daemon in self.daemons:
            daemon.seats = [seat for seat in daemon.seats if not seat.gone]
            daemon.world.turn(seconds)
            for seat in daemon.seats:
                if seat.client.wire.closed and not seat.gone and self.chance.random() < 0.5:
                    seat.leave()
            daemon.world.tick(min(3, round(seconds * 20)))
            self.look()

    # --- looking ---

    def live(self):
        return [seat for daemon in self.daemons for seat in daemon.live()]

    def look(self):
        self.oracle.look_at_owners(self.daemons)
        for daemon in self.daemons:
            self.oracle.look_at_daemon(daemon)
            daemon.note_epochs()

    # --- the end ---

    def recover(self):
        """Answer everything until nobody waits any more."""
        while self.late:
            self.commit_late()
        for _ in range(RECOVERY_ROUNDS):
            for daemon in self.daemons:
                for question in list(daemon.questions):
                    self.answer(daemon, question)
                    self.look()
            self.pass_time(0.1)
            if not any(self.busy(daemon) for daemon in self.daemons):
                return
        raise AssertionError("somebody still waits")

    def busy(self, daemon):
        world = daemon.world
        asks = any(question.kind not in ("ping", "lost") for question in daemon.questions)
        unanswered = any(not seat.gone and not seat.answered for seat in daemon.seats)
        grants = any(where is daemon and not asked.called for where, asked in self.grants)
        strays = any(world.writer.epoch(player_id) not in (0, row.epoch) for player_id, row in self.memory.rows.items())
        return asks or unanswered or grants or strays or world.writer.dirty or world.writer.away

    def check(self):
        """Nobody waits: now memory and store are one, and every command has had its answer."""
        for daemon in self.daemons:
            world = daemon.world
            Deferred.fromCoroutine(world.persistence.save_everyone())
            flushed = world.writer.flush(10.0)
            for _ in range(3):
                world.turn(0.1)
                for question in list(daemon.questions):
                    self.answer(daemon, question)
            assert flushed.result == []
            for player_id in world.engine.players():
                assert stored_player(self.memory.rows[player_id]).state == world.engine.player_state(player_id)
            for seat in daemon.live():
                self._every_command_was_answered(seat)
            assert world.metric("mmod_message_errors_total") == 0
            assert world.metric("mmod_item_violations_total") in (0, None)

    def _every_command_was_answered(self, seat):
        assert set(seat.sent) <= set(seat.results), "a command was never answered"
        assert all(count == 1 for count in seat.results.values()), "a command was answered twice"


def play(seed):
    """Play a seed to its end; return what was told to clients."""
    match = Play(seed)
    for _ in range(STEPS):
        match.step()
    match.recover()
    match.check()
    return match
