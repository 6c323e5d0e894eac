"""A player, over all its connections.

life    dial -> link -> parting -> pause -> dial ...      until it is closed, replaced, kicked or gives up
down    frame -> Link -> message -> State, events, answers -> whoever awaits them
up      walk, equip, unequip -> Walking, CommandQueue -> one timer -> Link -> frame
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.client.backoff import Backoff
from mmod.client.commands import Command, CommandQueue, Settled
from mmod.client.errors import Closed, CommandRefused
from mmod.client.events import Disconnected, Event, HandedOver, Joined, Measured, Warned
from mmod.client.inbox import Channel, Inbox
from mmod.client.life import Life
from mmod.client.parting import HARMLESS
from mmod.client.reading import JoinAck, Message, StateMessage, Welcome
from mmod.client.socket import Dial
from mmod.client.state import State, begun, handed_over, shown
from mmod.client.values import Entity, Equipment, Inventory, Item, Point
from mmod.client.walking import Walking
from mmod.wire.messages import (
    EquipmentResult,
    EquipmentResultData,
    Error,
    Handover,
    Hello,
    Telemetry,
)

#: Events that wait for a reader: a busy minute of them.
EVENTS = 256


class Player:
    """One player in the world; made by `mmod.client.connect`.

    `walk` is done and forgotten; `equip` and `unequip` are awaited.  While the connection is lost, both wait for the
    next one.  Once the player has ended, all of them raise what ended it (an `Ended`, or the `JoinRefused` of a later
    join), and so do the iterators, unless it was closed.
    """

    log = Logger()

    def __init__(
        self, dial: Dial, token: Callable[[], str], *, reactor: IReactorTime, backoff: Backoff, patience: float
    ) -> None:
        self._token = token
        self._reactor = reactor
        self._life = Life(
            dial,
            hello=self._hello,
            heard=self._heard,
            lost=self._lost,
            reactor=reactor,
            backoff=backoff,
            patience=patience,
        )
        self._resume: str | None = None
        self._state: State | None = None
        self._walking = Walking()
        self._commands: CommandQueue[Deferred[EquipmentResultData]] = CommandQueue()
        self._states: Channel[State] = Channel()
        self._events: Channel[Event] = Channel()
        self._alarm: IDelayedCall | None = None
        self._ended: BaseException | None = None
        self._on_first_join: Deferred[None] | None = None
        self._on_end: list[Deferred[None]] = []
        #: How the world and the connection did last, None before the first measurement.
        self.telemetry: Measured | None = None

    # --- what it knows ---

    @property
    def state(self) -> State:
        """What it knows now; while the connection is lost, what it knew last."""
        assert self._state is not None, "a player has a state as soon as `connect` has let it in"
        return self._state

    @property
    def id(self) -> str:
        """Who it is."""
        return self.state.player_id

    @property
    def pos(self) -> Point:
        """Where it is (m)."""
        return self.state.pos

    @property
    def entities(self) -> list[Entity]:
        """Everybody else in sight."""
        return list(self.state.entities)

    @property
    def inventory(self) -> Inventory:
        """What it carries."""
        return self.state.inventory

    @property
    def equipment(self) -> Equipment:
        """What it wears."""
        return self.state.equipment

    @property
    def connected(self) -> bool:
        """Whether it is in the world now."""
        return self._life.connected

    def states(self) -> Inbox[State]:
        """Return an iterator of states, from the present one on; whoever is slow is given the newest."""
        return self._states.reader(1, [] if self._state is None else [self._state])

    def events(self) -> Inbox[Event]:
        """Return an iterator of what happens from now on; whoever is slow loses the oldest of `EVENTS`."""
        return self._events.reader(EVENTS)

    async def until(self, that: Callable[[State], bool]) -> State:
        """Return the first state, from the present one on, for which `that` is true."""
        async for state in self.states():
            if that(state):
                return state
        raise Closed("the player was closed")

    # --- what it does ---

    def walk(self, x: float, z: float) -> None:
        """Walk in a direction from now on, (0, 0) to stand still; it is clamped to length 1, which is full speed."""
        self._check()
        self._walking.intent = Point(float(x), float(z))
        self._pump()

    async def equip(self, item: Item | str, slot: str) -> EquipmentResultData:
        """Put an item of the inventory (or the one with this instance id) into a slot, and return when it is durable.

        `equipment` shows it from the next state on, a tenth of a second later at most.  Raises `CommandRefused`, and
        then nothing has changed; an `Ended` leaves open whether it was done.
        """
        instance_id = item if isinstance(item, str) else item.instance_id
        return await self._ask(Command("equip", slot, instance_id=instance_id))

    async def unequip(self, slot: str, compartment: str = "backpack") -> EquipmentResultData:
        """Put what is in a slot into a compartment of the inventory; the same as with `equip`."""
        return await self._ask(Command("unequip", slot, compartment=compartment))

    async def _ask(self, command: Command) -> EquipmentResultData:
        self._check()
        answer: Deferred[EquipmentResultData] = Deferred()
        self._commands.put(command, answer)
        self._pump()
        result = await answer
        if not result.success:
            raise CommandRefused(result.code, result.message)
        return result

    def _check(self) -> None:
        if self._ended is not None:
            raise self._ended

    # --- its life ---

    async def join(self) -> None:
        """Come into the world; raises `JoinRefused` or `ConnectionFailed` when that fails the first time."""
        assert self._on_first_join is None, "a player lives once"
        self._on_first_join = Deferred()
        Deferred.fromCoroutine(self._life.live()).addCallbacks(self._end, self._fail)
        await self._on_first_join

    async def close(self) -> None:
        """Leave the world, and return when the connection is gone; what was not answered is given up."""
        if self._ended is not None:
            return
        ended: Deferred[None] = Deferred()
        self._on_end.append(ended)
        self._life.end()
        await ended

    def _fail(self, failure: Failure) -> None:
        self.log.failure("a player has failed", failure)
        assert failure.value is not None
        self._end(failure.value)

    def _end(self, error: BaseException) -> None:
        """Tell everybody that it is over."""
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._ended = error
        self._states.end(error)
        self._events.end(error)
        for answer in self._commands.abandon():
            answer.errback(error)
        if self._state is None and self._on_first_join is not None:
            self._on_first_join.errback(error)
        for ended in self._on_end:
            ended.callback(None)

    # --- what it says ---

    def _hello(self) -> Hello:
        return Hello(self._token()) if self._resume is None else Hello(self._token(), resume=self._resume)

    def _pump(self) -> None:
        """Send what is due, and set the timer for what will be."""
        if not self.connected:
            return
        now = self._reactor.seconds()
        if self._walking.due <= now:
            self._life.send(self._walking.next_input(now))
        if self._commands.due <= now:
            self._life.send(self._commands.ask_next(now))
        self._wake_at(min(self._walking.due, self._commands.due), now)

    def _wake_at(self, due: float, now: float) -> None:
        delay = max(0.0, due - now)
        if self._alarm is not None and self._alarm.active():
            self._alarm.reset(delay)
        else:
            self._alarm = self._reactor.callLater(delay, self._pump)

    # --- what it hears ---

    def _lost(self, loss: Disconnected) -> None:
        self._events.put(loss)

    def _heard(self, message: Message) -> None:
        match message:
            case StateMessage(view):
                self._show(shown(self.state, view))
            case JoinAck(welcome):
                self._joined(welcome)
            case EquipmentResult(result):
                self._settle(self._commands.answered(result))
            case Handover(data):
                self._state = handed_over(self.state, data.target)
                self._events.put(HandedOver(data.origin, data.target))
            case Telemetry(data):
                self.telemetry = Measured(data.tick_rate, data.rtt_ms)
                self._events.put(self.telemetry)
            case Error(data) if data.code in HARMLESS:
                self._events.put(Warned(data.code, data.message))
            case _:
                pass

    def _joined(self, welcome: Welcome) -> None:
        """Go on where the last connection ended; then tell everybody."""
        first = self._state is None
        self._state = state = begun(welcome)
        self._resume = welcome.resumeToken
        self._life.joined()
        self._walking.joined(welcome.resumed, welcome.ack)
        done = self._commands.joined(welcome.resumed, state.equipment)
        self._ask_again()
        self._states.put(state)
        self._events.put(Joined(state.player_id, welcome.resumed))
        self._settle(done)
        if first and self._on_first_join is not None:
            self._on_first_join.callback(None)

    def _ask_again(self) -> None:
        """Repeat the command that was not answered, and behind it where to walk (`commands` says why)."""
        again = self._commands.again()
        if again is not None:
            self._life.send(again)
        walking = self._walking.next_input(self._reactor.seconds())
        self._life.send(walking)
        self._commands.followed(walking.seq)
        self._pump()

    def _show(self, state: State) -> None:
        self._state = state
        self._commands.acknowledged(state.ack, state.equipment)
        self._pump()
        self._states.put(state)

    def _settle(self, settled: Settled[Deferred[EquipmentResultData]] | None) -> None:
        self._pump()
        if settled is not None:
            settled.waiter.callback(settled.result)
