"""What a crowd asked for, and what it was told.

Times are seconds of `time.monotonic`.  An answer that has not come is None: what was asked for may have happened or
not, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from attrs import Factory, define, frozen

from .world import Item, World

#: What a client is told of a command that was done, and of one that the store is too far away for.
SUCCESS, UNAVAILABLE = "success", "unavailable"

#: The status of a grant that was done, and of one for which the store is too far away.
CREATED, SERVICE_UNAVAILABLE = 201, 503

#: What a grant is told that was refused before it was applied; another 503 may be done all the same.
REFUSED_BEFORE = "the store is away"


@define(kw_only=True)
class Question:
    """Something asked at a time, and perhaps answered."""

    asked_at: float
    answered_at: float | None = None

    @property
    def waited(self) -> float | None:
        """Seconds until the answer."""
        return None if self.answered_at is None else self.answered_at - self.asked_at


@define
class Command(Question):
    """An `equip` of an instance, or an `unequip` into a compartment."""

    seq: int
    slot: str
    instance_id: str | None = None
    compartment: str = "backpack"
    code: str | None = None
    #: More than one is a fault.
    answers: int = 0

    @property
    def refused(self) -> bool:
        """Whether it was said that nothing has changed."""
        return self.code not in (None, SUCCESS)


@define
class Grant(Question):
    """An item asked for through the admin API, perhaps under an idempotency key."""

    player_id: str
    template_id: str
    quantity: int
    compartment: str
    key: str | None = None
    status: int | None = None
    message: str = ""
    instance_id: str | None = None

    @property
    def given(self) -> bool:
        """Whether the item was said to be durable."""
        return self.status == CREATED

    @property
    def refused(self) -> bool:
        """Whether it was said that nothing has changed."""
        if self.status in (None, CREATED):
            return False
        return self.status != SERVICE_UNAVAILABLE or REFUSED_BEFORE in self.message

    @property
    def open(self) -> bool:
        """Whether the item may be there or not."""
        return not (self.given or self.refused)


@define
class Knock(Question):
    """The join of a player who was not in the world: `joined`, or the code of the error, or of the bare close."""

    player_id: str
    outcome: str | None = None

    @property
    def refused(self) -> bool:
        """Whether it was not let in."""
        return self.outcome not in (None, "joined")


@frozen
class Shown:
    """Where a player was shown itself, in metres."""

    at: float
    x: float
    z: float


@frozen
class Closed:
    """A connection that the daemon ended."""

    player_id: str
    at: float
    code: int


@define
class Record:
    """Everything that was asked and told since a world was looked at; players are named by their ids."""

    #: The world as it was then.
    begin: World = Factory(dict)
    commands: dict[str, list[Command]] = Factory(dict)
    grants: list[Grant] = Factory(list)
    knocks: list[Knock] = Factory(list)
    #: The first sight of each item that a state showed.
    sights: dict[str, dict[str, Item]] = Factory(dict)
    #: The last sight of each player of itself.
    positions: dict[str, Shown] = Factory(dict)
    closes: list[Closed] = Factory(list)
    #: The grants under keys of earlier records, which may be asked for again.
    keyed: list[Grant] = Factory(list)
    #: For each player the token with which its session can be resumed.
    resume_tokens: dict[str, str] = Factory(dict)
    #: For each player the highest sequence numbers it has used: of inputs and of commands.
    sequences: dict[str, tuple[int, int]] = Factory(dict)

    @property
    def players(self) -> list[str]:
        """Everybody there is something about."""
        return sorted({*self.begin, *self.commands, *self.positions, *(grant.player_id for grant in self.grants)})

    def questions(self) -> Iterator[Command | Grant | Knock]:
        """Return everything that was asked so far; more may be asked meanwhile."""
        for commands in list(self.commands.values()):
            yield from list(commands)
        yield from list(self.grants)
        yield from list(self.knocks)

    def unanswered(self) -> list[Command | Grant | Knock]:
        """Return what has no answer yet."""
        return [question for question in self.questions() if question.answered_at is None]

    def following(self, world: World) -> Record:
        """Return the record of the same crowd for what comes after a look at the world."""
        keyed = [grant for grant in (*self.keyed, *self.grants) if grant.key is not None]
        return Record(begin=world, keyed=keyed, resume_tokens=dict(self.resume_tokens), sequences=dict(self.sequences))

    def under_key(self, key: str) -> Iterable[Grant]:
        """Return all attempts under a key, those of earlier records too."""
        return (grant for grant in (*self.keyed, *self.grants) if grant.key == key)


@define
class Game:
    """What everybody in a crowd shares: where to write, and whether to ask for more (`playing` is set)."""

    record: Record
    playing: asyncio.Event
