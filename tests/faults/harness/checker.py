"""Holds the world against what was said of it.

A command that was acknowledged was done, one that was refused was not, one without an answer was done or not.  So a
player's belongings have some possible arrangements, and what is found must be one of them: the commands of a player are
played again, and each one without an answer doubles the possibilities.  Commands that have had their turn in vain
(`success` of what cannot be, `item_not_found` of what is there) leave none.

A crash takes back what was done and not yet saved.  That was never acknowledged, but others may have been refused
because of it: the same item equipped again is `item_not_found`.  What is found then must be an arrangement after the
last acknowledged command or any later one.

A finding is one of two: something was lost (it was acknowledged and is not so, or went back), or something was doubled
(it is there twice, or nobody was promised it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import hypot
from typing import Literal

from attrs import evolve, frozen

from .record import SUCCESS, Command, Grant, Record
from .world import Item, Person, Place, World

#: Where each item of a player is.
Arrangement = Mapping[str, Place]

#: More possible arrangements of one player than commands it may leave without an answer would make.
MOST_ARRANGEMENTS = 5000

#: Metres by which positions may differ through rounding to 3 decimals.
ROUNDING = 0.01


@frozen
class Finding:
    """Something that must not be."""

    kind: Literal["lost", "doubled"]
    text: str


@frozen
class Verdict:
    """What a check of a record came to."""

    #: Operations whose success was told, each of which was looked for.
    acknowledged: int
    #: Operations that were refused, none of which may have left a trace.
    refused: int
    findings: tuple[Finding, ...]

    def beside(self, findings: Iterable[Finding]) -> Verdict:
        """Return the verdict with what was found elsewhere as well."""
        return evolve(self, findings=(*self.findings, *findings))

    @property
    def lost(self) -> int:
        """How many findings say that something was lost."""
        return sum(finding.kind == "lost" for finding in self.findings)

    @property
    def doubled(self) -> int:
        """How many findings say that something is there that should not be."""
        return len(self.findings) - self.lost


def checked(record: Record, world: World, *, reach: float | None = None, crashed: bool = False) -> Verdict:
    """Hold a world against a record; `reach` is how far (m) a player may be from where it was last shown itself.

    After a crash the latest of what was not acknowledged may be undone.
    """
    questions = list(record.questions())
    findings = [*_conversation(record), *_duplicates(world)]
    for player_id in record.players:
        person = world.get(player_id)
        if person is None:
            findings.append(Finding("lost", f"{player_id} is not there"))
            continue
        findings += [*_belongings(record, player_id, person, crashed), *_progress(record, player_id, person)]
        findings += _position(record, player_id, person, reach)
    return Verdict(
        acknowledged=sum(_acknowledged(question) for question in questions),
        refused=sum(question.refused for question in questions),
        findings=tuple(findings),
    )


def _acknowledged(question: object) -> bool:
    return (isinstance(question, Command) and question.code == SUCCESS) or (
        isinstance(question, Grant) and question.given
    )


# --- what was said ----------------------------------------------------------------------------------------------------


def _conversation(record: Record) -> Iterator[Finding]:
    """Find answers that contradict each other."""
    for player_id, commands in record.commands.items():
        for command in commands:
            if command.answers > 1:
                yield Finding("doubled", f"{player_id}: command {command.seq} was answered {command.answers} times")
    for key in sorted({grant.key for grant in record.grants if grant.key is not None}):
        given = {grant.instance_id for grant in record.under_key(key) if grant.given}
        if len(given) > 1:
            yield Finding("doubled", f"the key {key} gave {sorted(map(str, given))}")
    unkeyed = Counter(grant.instance_id for grant in record.grants if grant.given and grant.key is None)
    yield from (Finding("doubled", f"two grants gave {instance_id}") for instance_id, n in unkeyed.items() if n > 1)


def _duplicates(world: World) -> Iterator[Finding]:
    """Find items that are in more than one place."""
    places: dict[str, list[str]] = {}
    for player_id, person in world.items():
        for item in person.items:
            places.setdefault(item.instance_id, []).append(f"{player_id} ({item.place})")
    yield from (
        Finding("doubled", f"{instance_id} is in {len(found)} places: {', '.join(found)}")
        for instance_id, found in places.items()
        if len(found) > 1
    )


# --- what there is ----------------------------------------------------------------------------------------------------


def _belongings(record: Record, player_id: str, person: Person, crashed: bool) -> Iterator[Finding]:
    owed = _owed(record, player_id)
    found = {item.instance_id: item for item in person.items}
    yield from _missing(player_id, owed, found)
    yield from _unpromised(record, player_id, [item for item in person.items if item.instance_id not in owed])
    start = {item.instance_id: item.place for item in (*record.sights.get(player_id, {}).values(), *owed.values())}
    try:
        possible = (_durable if crashed else arrangements)(start, record.commands.get(player_id, []))
    except ImpossibleAnswer as error:
        yield Finding("lost", f"{player_id}: {error}")
        return
    wrong = min((_differences(arrangement, found) for arrangement in possible), key=len)
    yield from (Finding("lost", f"{player_id}: {text}") for text in wrong)


def _owed(record: Record, player_id: str) -> dict[str, Item]:
    """Return what a player must have: what it had, and what it was given, where it was given."""
    given = [grant for grant in record.grants if grant.given and grant.player_id == player_id]
    items = [_promised(grant) for grant in given]
    had = record.begin[player_id].items if player_id in record.begin else ()
    return {item.instance_id: item for item in (*items, *had)}


def _promised(grant: Grant) -> Item:
    place = Place("compartment", grant.compartment)
    return Item(str(grant.instance_id), grant.template_id, grant.quantity, place)


def _missing(player_id: str, owed: Mapping[str, Item], found: Mapping[str, Item]) -> Iterator[Finding]:
    for instance_id, item in owed.items():
        here = found.get(instance_id)
        if here is None:
            yield Finding("lost", f"{player_id} has no {item.template_id} {instance_id} any more")
        elif (here.template_id, here.quantity) != (item.template_id, item.quantity):
            yield Finding("lost", f"{player_id}: {instance_id} was {item}, and is {here}")


def _unpromised(record: Record, player_id: str, items: Iterable[Item]) -> Iterator[Finding]:
    """Find what a player has that no grant can have brought: each one that is open brings one item at most."""
    may_be = Counter(_open_grants(record, player_id))
    for item in items:
        kind = item.template_id, item.quantity
        if may_be[kind] > 0:
            may_be[kind] -= 1
        else:
            yield Finding("doubled", f"{player_id} has a {item.template_id} {item.instance_id} that nobody gave")


def _open_grants(record: Record, player_id: str) -> Iterator[tuple[str, int]]:
    """Return what may have been given, once for each key that no answer has settled."""
    ours = [grant for grant in (*record.keyed, *record.grants) if grant.player_id == player_id]
    settled = {grant.key for grant in ours if grant.given}
    keyed = {grant.key: grant for grant in ours if grant.key is not None and grant.open and grant.key not in settled}
    unkeyed = [grant for grant in ours if grant.key is None and grant.open]
    return ((grant.template_id, grant.quantity) for grant in (*keyed.values(), *unkeyed))


class ImpossibleAnswer(Exception):
    """A command was answered as it cannot have been."""


def arrangements(start: Arrangement, commands: Iterable[Command]) -> list[Arrangement]:
    """Return every way in which a player's items can lie after its commands; raise `ImpossibleAnswer` for none."""
    possible: list[Arrangement] = [start]
    for command in commands:
        possible = _distinct(way for arrangement in possible for way in _after(arrangement, command))
        if not possible:
            raise ImpossibleAnswer(f"{command.code!r} cannot be the answer to {command}")
        assert len(possible) <= MOST_ARRANGEMENTS, "too many commands without an answer to check"
    return possible


def _durable(start: Arrangement, commands: Sequence[Command]) -> list[Arrangement]:
    """Return every way in which a player's items can lie after a crash."""
    acknowledged = max((number for number, command in enumerate(commands, 1) if command.code == SUCCESS), default=0)
    ends = range(len(commands), acknowledged - 1, -1)  # all of them first: they must be possible
    return _distinct(way for end in ends for way in arrangements(start, commands[:end]))


def _after(arrangement: Arrangement, command: Command) -> list[Arrangement]:
    done = _done(arrangement, command)
    if command.code == SUCCESS:
        return [done] if done else []
    if command.code is None:
        return [arrangement, done] if done else [arrangement]
    if command.code in ("item_not_found", "slot_empty"):
        return [] if done else [arrangement]
    return [arrangement]


def _done(arrangement: Arrangement, command: Command) -> Arrangement | None:
    """Return how items lie after a command that was done; None when it cannot be done."""
    slot = Place("slot", command.slot)
    worn = next((instance_id for instance_id, place in arrangement.items() if place == slot), None)
    if command.instance_id is None:
        return None if worn is None else {**arrangement, worn: Place("compartment", command.compartment)}
    place = arrangement.get(command.instance_id)
    if place is None or place.kind == "slot":
        return None
    swapped = {} if worn is None else {worn: place}
    return {**arrangement, **swapped, command.instance_id: slot}


def _distinct(arrangements: Iterable[Arrangement]) -> list[Arrangement]:
    return list({frozenset(arrangement.items()): arrangement for arrangement in arrangements}.values())


def _differences(arrangement: Arrangement, found: Mapping[str, Item]) -> list[str]:
    """Say which items are not where an arrangement has them; what is not there at all is missed elsewhere."""
    return [
        f"{instance_id} should be in {place}, and is in {found[instance_id].place}"
        for instance_id, place in arrangement.items()
        if instance_id in found and found[instance_id].place != place
    ]


# --- how far it had come ----------------------------------------------------------------------------------------------


def _progress(record: Record, player_id: str, person: Person) -> Iterator[Finding]:
    """Find what went back that only grows."""
    before = record.begin.get(player_id)
    if before is None:
        return
    if person.epoch < before.epoch:
        yield Finding("lost", f"{player_id}: the epoch went from {before.epoch} back to {person.epoch}")
    if person.version and person.version < before.version:
        yield Finding("lost", f"{player_id}: the version went from {before.version} back to {person.version}")
    for part in before.versions.__struct_fields__ if person.version else ():
        then, now = getattr(before.versions, part), getattr(person.versions, part)
        if now < then:
            yield Finding("lost", f"{player_id}: the version of its {part} went from {then} back to {now}")


def _position(record: Record, player_id: str, person: Person, reach: float | None) -> Iterator[Finding]:
    shown = record.positions.get(player_id)
    if shown is None or reach is None:
        return
    distance = hypot(person.x - shown.x, person.z - shown.z)
    if distance > reach + ROUNDING:
        yield Finding("lost", f"{player_id} is {distance:.2f} m from where it was, and may be {reach:.2f} m")
