"""The catalogue of item templates, and its form as a TOML file (which explains itself: etc/items.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from reprlib import repr as shortened
from typing import Any

from attrs import field, frozen

from mmod.errors import CatalogueError
from mmod.items.instances import ID_LENGTH
from mmod.items.rules import SLOTS

#: The longest name, in characters: one line of an inventory on a narrow screen.
NAME_LENGTH = 80

#: The greatest weight or bulk of one piece: a full stack of it is still a sum without rounding errors.
MOST_AMOUNT = 1_000_000_000

TEMPLATE_ID = re.compile(rf"[a-z0-9_.-]{{1,{ID_LENGTH}}}")


@frozen
class ItemTemplate:
    """What all instances of one kind of item share; weight and bulk are per piece."""

    template_id: str
    display_name: str
    #: The slots in which it may be worn; empty for things that are only carried.
    slots: frozenset[str] = frozenset()
    weight: float = 0.0
    bulk: float = 0.0
    damage_type: str | None = None
    #: Skill name to the least level that lets a player wear it.
    skill_req: Mapping[str, int] = field(factory=dict)

    def fits(self, slot: str) -> bool:
        """Tell whether the slot exists and the item may be worn there."""
        return slot in SLOTS and slot in self.slots


@frozen
class Catalogue(Mapping[str, ItemTemplate]):
    """All templates by id, in the order of the file."""

    templates: Mapping[str, ItemTemplate] = field(factory=dict)

    @classmethod
    def empty(cls) -> Catalogue:
        """Return a catalogue without items."""
        return cls({})

    def __getitem__(self, template_id: str) -> ItemTemplate:
        return self.templates[template_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.templates)

    def __len__(self) -> int:
        return len(self.templates)


def shipped_catalogue() -> Catalogue:
    """Return the catalogue that comes with the package."""
    return parse_catalogue(files("mmod.items").joinpath("items.toml").read_text("utf-8"), "mmod/items/items.toml")


def parse_catalogue(text: str, source: str) -> Catalogue:
    """Return the catalogue written in a TOML text, one table per item.

    Raises `CatalogueError`, which names `source` (the file), the item, the key, its value, and what is allowed.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{source}: not TOML: {error}") from error
    return Catalogue({name: _template(name, table, f"{source}: item {name!r}") for name, table in tables.items()})


def _template(template_id: str, table: object, where: str) -> ItemTemplate:
    if not TEMPLATE_ID.fullmatch(template_id):
        raise CatalogueError(f"{where}: an id must be 1 to {ID_LENGTH} characters out of a-z, 0-9, _ . and -")
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: must be a table, not {shortened(table)}")
    if "name" not in table:
        raise CatalogueError(f"{where}: name is missing; it must be {KEYS['name'].allowed}")
    return ItemTemplate(template_id, **dict(_read(key, value, where) for key, value in table.items()))


def _read(key: str, value: object, where: str) -> tuple[str, Any]:
    """Return the field of `ItemTemplate` that a key sets, and its value there."""
    if key not in KEYS:
        raise CatalogueError(f"{where}: unknown key {key!r}; there are {', '.join(KEYS)}")
    reader = KEYS[key]
    if not reader.accepts(value):
        raise CatalogueError(f"{where}: {key} must be {reader.allowed}, not {shortened(value)}")
    return reader.field, reader.convert(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= NAME_LENGTH and value.isprintable() and not value.isspace()


def _is_level(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= MOST_AMOUNT


def _are_slots(value: object) -> bool:
    return isinstance(value, list) and all(slot in SLOTS for slot in value)


def _are_levels(value: object) -> bool:
    return isinstance(value, dict) and all(_is_name(skill) and _is_level(level) for skill, level in value.items())


@frozen
class _Key:
    """How one key of an item's table is read."""

    #: The field of `ItemTemplate` it sets.
    field: str
    #: What it takes, in words that follow "must be".
    allowed: str
    accepts: Callable[[object], bool]
    convert: Callable[[Any], Any]


_NAME = f"1 to {NAME_LENGTH} printable characters"
_AMOUNT = f"a number from 0 to {MOST_AMOUNT}"

#: Every key an item's table may have.
KEYS: Mapping[str, _Key] = {
    "name": _Key("display_name", _NAME, _is_name, str),
    "slots": _Key("slots", f"a list of slots out of {', '.join(SLOTS)}", _are_slots, frozenset),
    "weight": _Key("weight", _AMOUNT, _is_amount, float),
    "bulk": _Key("bulk", _AMOUNT, _is_amount, float),
    "damage_type": _Key("damage_type", _NAME, _is_name, str),
    "skills": _Key("skill_req", "a table of skill names and least levels, whole numbers from 1", _are_levels, dict),
}
