"""The running world: turns what clients want into commands, and events and frames into what clients see.

    Connection --Submit--> Shard --Command--> Engine --Events--> Shard --> Viewer, Persistence
                           Shard.tick() ------> Engine --Frame--> Broadcast --> Connection

Nothing here waits.  What takes time (joining, saving) is asked for and answered later; the tick never stands still.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import StoreAway, Superseded
from mmod.interfaces import IClientTransport, IPlayerWriter
from mmod.items.rules import ItemRules
from mmod.metrics.instruments import Instruments
from mmod.session.closing import CloseCode, Replaced
from mmod.session.roster import Roster
from mmod.session.settings import SessionSettings
from mmod.shard.audience import Audience
from mmod.shard.broadcast import Broadcast, SendStates
from mmod.shard.connection import Connection
from mmod.shard.persistence import Persistence
from mmod.shard.phases import PhaseClock
from mmod.shard.turns import Turns
from mmod.shard.viewer import Viewer
from mmod.wire.codec import encode
from mmod.wire.messages import (
    SUCCESS,
    Equip,
    EquipmentResult,
    EquipmentResultData,
    Handover,
    HandoverData,
    Hello,
    Input,
    Unequip,
)
from mmod.wire.views import cell_name
from mmod.world import commands, events
from mmod.world.commands import Command
from mmod.world.engine import Engine
from mmod.world.frame import Frame
from mmod.world.settings import WorldSettings
from mmod.world.views import Census, Player, Step
from mmod.world.wishes import Wishes

#: Ticks over which the tick rate shown to clients is measured: a second at 20 Hz.
RATE_WINDOW = 20


class Shard:
    """One world and everyone connected to it."""

    log = Logger()

    def __init__(
        self,
        engine: Engine,
        writer: IPlayerWriter,
        persistence: Persistence,
        *,
        world: WorldSettings,
        items: ItemRules,
        sessions: SessionSettings,
        clock: IReactorTime,
        instruments: Instruments,
        phases: PhaseClock,
        send_states: SendStates,
        greet: Callable[[Shard, Connection, Hello], None],
    ) -> None:
        """`phases` is the one that `engine` marks."""
        self.engine = engine
        self.writer = writer
        self.persistence = persistence
        self.world = world
        self.items = items
        self.roster: Roster[Viewer] = Roster()
        self.draining = False
        #: The newest picture that was due, for whoever looks on.
        self.frame: Frame = engine.frame()
        self._sessions = sessions
        self._clock = clock
        self._instruments = instruments
        self._greet = greet
        self._phases = phases
        self._broadcast = Broadcast(world.aoi_radius, world.tick_hz, clock, instruments, phases, send_states)
        self._turns = Turns(world.ticks_per_snapshot, world.tick_hz)
        self._audiences: list[Audience] | None = None
        self._connections: dict[int, Connection] = {}
        self._viewer_of: dict[Connection, Viewer] = {}
        self._last_number = 0
        self._census: Census | None = None
        #: The engine's, for what is done at every message.
        self._tick = engine.tick
        self._violations = 0
        self._wishes = Wishes()
        self._tick_times: deque[float] = deque(maxlen=RATE_WINDOW + 1)

    # --- connections ---

    def connect(self, transport: IClientTransport) -> Connection:
        """Begin a session on a socket that has just opened."""
        self._last_number += 1
        connection = Connection(
            self._last_number, transport, self, self._sessions, self._clock, self._instruments, self.tick_rate
        )
        self._connections[connection.number] = connection
        self._instruments.connections.inc()
        self.log.info("connection {number} opened from {peer}", number=connection.number, peer=transport.peer)
        if self.draining:
            connection.close(CloseCode.SERVICE_RESTART, "drained")
        return connection

    def greeted(self, connection: Connection, hello: Hello) -> None:
        """Begin a join; see `mmod.shard.admission`."""
        self._greet(self, connection, hello)

    def gone(self, connection: Connection) -> None:
        """A connection has ended; if its player is still its own, the player lingers."""
        self._steer()
        del self._connections[connection.number]
        self._instruments.connections.dec()
        viewer = self._viewer_of.pop(connection, None)
        if viewer is not None and self.roster.leave(viewer.player_id, viewer):
            self._audiences = None
            # Saved first: with no time to linger, the player is not there any more once it has left.
            self._report(self.persistence.request_player_disconnect_persist(viewer.player_id))
            self.apply(commands.Leave(viewer.player_id))

    def enter(self, player: Player, connection: Connection, resumed: bool) -> None:
        """Make a connection the one of a player that is in the world; the newest wins."""
        viewer = Viewer(player, connection, self.items, self._turns.first())
        replaced = self.roster.enter(player.id, viewer, resumed)
        self._viewer_of[connection] = viewer
        self._audiences = None
        self.persistence.entered(player.id)
        if replaced is not None:
            del self._viewer_of[replaced.connection]
            replaced.connection.refuse(Replaced("the same player joined elsewhere"))

    def superseded(self, player_id: str) -> None:
        """Another daemon owns a player now: it leaves this world, unsaved."""
        viewer = self.roster.get(player_id)
        if viewer is not None:
            self.roster.leave(player_id, viewer)
            self._audiences = None
            del self._viewer_of[viewer.connection]
        self.apply(commands.Evict(player_id))
        if viewer is not None:
            viewer.connection.refuse(Replaced("the same player joined elsewhere"))

    def close_all(self, code: CloseCode, reason: str) -> None:
        """End every session."""
        for connection in list(self._connections.values()):
            connection.close(code, reason)

    def drain(self) -> None:
        """Take no more players, and ask those present to come back later."""
        self.draining = True
        self.close_all(CloseCode.SERVICE_RESTART, "drained")

    @property
    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    # --- the world ---

    def tick(self) -> None:
        """Do one tick of the world, and show it."""
        self._steer()
        began = self._clock.seconds()
        self._tick_times.append(began)
        self._phases.begin(began)
        step = self.engine.step()
        self._tick = step.tick
        self._route(step.events, began)
        self._show(step)
        if step.frame is not None:
            self.frame = step.frame
            self._count()
        self._phases.end(step.tick, self._load)

    def _show(self, step: Step) -> None:
        """Show the world to those whose turn it is, as it is now; so each tick has its share of the work."""
        if self._turns.due(step.tick) and self._turns.settle(viewer for _, viewer in self.roster):
            self._audiences = None
        audience = self._audience(step.tick % self.world.ticks_per_snapshot)
        if audience.viewers:
            self._broadcast.show(step.frame or self.engine.frame(), audience)

    def _audience(self, turn: int) -> Audience:
        """Return whose turn it is; they are told apart anew when somebody has come or gone."""
        if self._audiences is None:
            present = [viewer for _, viewer in self.roster]
            turns = range(self.world.ticks_per_snapshot)
            self._audiences = [Audience(viewer for viewer in present if viewer.turn == each) for each in turns]
        return self._audiences[turn]

    def _load(self) -> str:
        """Say how much there is to do, and what waits."""
        census = self.engine.census
        unread = sum(connection.session.outbox.full for connection in self._connections.values())
        return (
            f"{census.players} players, {census.bots} bots, {self.connected} connections, {unread} not reading, "
            f"{self.writer.dirty} to be saved"
        )

    def _count(self) -> None:
        census, violations = self.engine.census, self.engine.item_violations
        if census != self._census:
            self._census = census
            self._instruments.players.set(census.players)
            self._instruments.bots.set(census.bots)
        if violations > self._violations:
            self._instruments.item_violations.inc(violations - self._violations)
            self._violations = violations

    def tick_rate(self) -> float:
        """Return the ticks per second of the last second."""
        times = self._tick_times
        if len(times) < 2 or times[-1] <= times[0]:
            return float(self.world.tick_hz)
        return (len(times) - 1) / (times[-1] - times[0])

    def apply(self, command: Command) -> tuple[events.Event, ...]:
        """Bring a command before the world, after all that came before it, and pass on what happened."""
        self._steer()
        began = self._clock.seconds()
        happened = self.engine.apply(command)
        self._route(happened, began)
        return happened

    def submitted(self, connection: Connection, message: Input | Equip | Unequip) -> None:
        """Bring a client's message before the world; one of a session that was replaced has no effect."""
        viewer = self._viewer_of.get(connection)
        if viewer is None:
            return
        viewer.heard_before, viewer.heard = viewer.heard, self._tick
        if isinstance(message, Input):
            self._wishes.add(viewer.player_id, message.seq, message.intent.x, message.intent.z)
            return
        began = self._clock.seconds()
        self.apply(self._command(viewer.player_id, message))
        self._phases.inputs_taken(1, self._clock.seconds() - began)

    def _steer(self) -> None:
        """Bring the inputs that wait before the world."""
        if self._wishes:
            began = self._clock.seconds()
            moves = self._wishes.take()
            self.engine.apply(moves)
            self._phases.inputs_taken(len(moves.wishes), self._clock.seconds() - began)

    def _command(self, player_id: str, message: Equip | Unequip) -> Command:
        now, away = self.engine.now, self.writer.away
        if isinstance(message, Equip):
            return commands.Equip(player_id, message.instance_id, message.slot, now, message.seq, away)
        return commands.Unequip(player_id, message.slot, now, message.compartment, message.seq, away)

    # --- what happened ---

    def _route(self, happened: Iterable[events.Event], began: float) -> None:
        """Pass on what happened; `began` is when the tick or command was begun in which it did."""
        for event in happened:
            match event:
                case events.InventoryChanged() | events.EquipmentChanged() | events.SkillsChanged():
                    viewer = self.roster.get(event.player_id)
                    if viewer is not None:
                        viewer.changed(event)
                case events.ItemsMoved():
                    self.persistence.moved(event)
                case events.Equipped() | events.Unequipped():
                    self._applied(event)
                case events.Refused(operation=str()):
                    self._refused(event)
                case events.HandedOver():
                    self._handed_over(event, began)
                case events.Left():
                    self.roster.forget(event.player_id)
                    self.persistence.left(event.player_id)
                case _:
                    pass

    def _handed_over(self, event: events.HandedOver, began: float) -> None:
        self._instruments.handovers.inc()
        viewer = self.roster.get(event.player_id)
        if viewer is not None:
            data = HandoverData(origin=cell_name(event.origin), target=cell_name(event.target))
            viewer.connection.send(encode(Handover(data)))
            self._instruments.handover_latency.observe(self._clock.seconds() - began)

    def _applied(self, event: events.Equipped | events.Unequipped) -> None:
        """An item command was applied: promise its success to the lineage that asked, and keep it when durable."""
        player_id, lineage = event.player_id, self.roster.lineage(event.player_id)
        operation: events.Operation = "equip" if isinstance(event, events.Equipped) else "unequip"
        result = EquipmentResultData(operation, event.slot, True, SUCCESS, f"{operation}ped", event.seq)

        def durable(_: None) -> None:
            self._tell_result(player_id, lineage, result)

        self._report(self.persistence.request_player_checkpoint(player_id).addCallback(durable))

    def _refused(self, event: events.Refused) -> None:
        assert event.operation is not None
        result = EquipmentResultData(event.operation, event.slot, False, event.error.code, str(event.error), event.seq)
        self._tell_result(event.player_id, self.roster.lineage(event.player_id), result)

    def _tell_result(self, player_id: str, lineage: int, result: EquipmentResultData) -> None:
        self._instruments.equipment.labels(result.operation, result.code).inc()
        viewer = self.roster.get(player_id)
        if viewer is not None and self.roster.lineage(player_id) == lineage:
            viewer.connection.send(encode(EquipmentResult(result)))

    def _report(self, saved: Deferred[None]) -> None:
        """End a Deferred of the writer, which has reported `Superseded` and spills what is `StoreAway`."""

        def failed(failure: Failure) -> None:
            if not failure.check(Superseded, StoreAway):
                self.log.failure("a save could not be followed", failure)

        saved.addErrback(failed)
