"""Item commands, and what becomes of one whose answer was lost.

One command is asked at a time and the others wait in order, so after a lost connection there is at most one whose fate
is unknown.  It is found out like this, and no command is carried out twice or given up:

- The `join_ack` shows the equipment.  **It shows the command done**: then it succeeded, and the server's answer went
  into the dead connection.  (It is durable: the server lets a player join only when all it had is saved.)
- It does not, and the session was **not resumed**: the old session is over, the command was never carried out and will
  not be.  It is asked anew under a new number.
- It does not, and the session was **resumed**: it is asked again under the *same* number, so that the server carries it
  out at most once, and an input is sent behind it.  The first state that acknowledges this input was made after the
  command was looked at.  Without an answer until then, the equipment in that state decides: done means that the answer
  follows when it is durable; not done means that the server had refused it into the dead connection, and nothing has
  changed.  Then it is asked anew under a new number, for an answer of today.

*Done* means that the slot is as the command wants it.  Whether it was so before cannot be said: what the client knew
when it asked may have been a tenth of a second old.  So a lost "the slot is empty" to an `unequip` counts as success
too; what was wanted is so.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Generic, Literal, TypeVar

from attrs import define, frozen

from mmod.client.errors import TooManyCommands
from mmod.client.values import Equipment
from mmod.client.walking import PACE
from mmod.wire.messages import SUCCESS, Equip, EquipmentResultData, ItemMessage, Unequip

#: Commands that may wait: more than there are slots and items to mean; whoever has so many does not await them.
MOST_WAITING = 256

W = TypeVar("W")


@frozen
class Command:
    """An item into a slot, or what is in a slot into a compartment."""

    operation: Literal["equip", "unequip"]
    slot: str
    #: What `equip` puts there.
    instance_id: str = ""
    #: Where `unequip` puts it.
    compartment: str = ""

    def message(self, seq: int) -> ItemMessage:
        """Return how it is asked."""
        if self.operation == "equip":
            return Equip(seq=seq, instance_id=self.instance_id, slot=self.slot)
        return Unequip(seq=seq, slot=self.slot, compartment=self.compartment)

    def done_in(self, equipment: Equipment) -> bool:
        """Tell whether the slot is as it would be afterwards."""
        if self.operation == "equip":
            return equipment.holds(self.instance_id, self.slot)
        return self.slot not in equipment.slots

    def success(self, seq: int) -> EquipmentResultData:
        """Return the answer that was lost."""
        return EquipmentResultData(self.operation, self.slot, True, SUCCESS, f"{self.operation}ped", seq)


@define
class _Asked(Generic[W]):
    """The command that waits for its answer."""

    command: Command
    waiter: W
    seq: int
    #: The input behind the repeated command: the state that acknowledges it tells its fate.
    fence: float = inf


@frozen
class Settled(Generic[W]):
    """A command that has its answer, and who waits for it."""

    waiter: W
    result: EquipmentResultData


class CommandQueue(Generic[W]):
    """One player's item commands over all its connections; `W` is whatever waits for an answer."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Command, W]] = deque()
        self._asked: _Asked[W] | None = None
        self._asked_at = -inf
        self._seq = 0

    def put(self, command: Command, waiter: W) -> None:
        """Let a command wait for its turn; raise `TooManyCommands` when too many do."""
        if len(self._waiting) >= MOST_WAITING:
            raise TooManyCommands(f"{MOST_WAITING} commands wait already; await their answers")
        self._waiting.append((command, waiter))

    @property
    def due(self) -> float:
        """When the next command is to be asked; never while one waits for its answer."""
        return inf if self._asked or not self._waiting else self._asked_at + PACE

    def ask_next(self, now: float) -> ItemMessage:
        """Return the next command as a message to be sent now."""
        command, waiter = self._waiting.popleft()
        self._seq += 1
        self._asked = _Asked(command, waiter, self._seq)
        self._asked_at = now
        return command.message(self._seq)

    def answered(self, result: EquipmentResultData) -> Settled[W] | None:
        """Take an answer; None when nobody waits for it (any more)."""
        asked = self._asked
        if asked is None or asked.seq != result.seq:
            return None
        self._asked = None
        return Settled(asked.waiter, result)

    # --- after a lost connection ---

    def joined(self, resumed: bool, equipment: Equipment) -> Settled[W] | None:
        """Go on after a join with what is worn now; return the command that was done meanwhile, if one was."""
        asked = self._asked
        if not resumed:
            self._seq = 0
        if asked is None:
            return None
        if asked.command.done_in(equipment):
            self._asked = None
            return Settled(asked.waiter, asked.command.success(asked.seq))
        if not resumed:
            self._ask_anew(asked)
        return None

    def again(self) -> ItemMessage | None:
        """Return the command that is to be asked again under its number, None when there is none."""
        return None if self._asked is None else self._asked.command.message(self._asked.seq)

    def followed(self, input_seq: int) -> None:
        """An input was sent behind the repeated command."""
        if self._asked is not None:
            self._asked.fence = input_seq

    def acknowledged(self, ack: int, equipment: Equipment) -> None:
        """Take the fate of a repeated command from the first state that acknowledges the input behind it."""
        asked = self._asked
        if asked is None or ack < asked.fence:
            return
        asked.fence = inf
        if not asked.command.done_in(equipment):
            self._ask_anew(asked)

    def _ask_anew(self, asked: _Asked[W]) -> None:
        self._asked = None
        self._waiting.appendleft((asked.command, asked.waiter))

    # --- the end ---

    def abandon(self) -> list[W]:
        """Forget everything; return who waited for an answer."""
        waiters = [waiter for _, waiter in self._waiting]
        if self._asked is not None:
            waiters.insert(0, self._asked.waiter)
        self._asked = None
        self._waiting.clear()
        return waiters
