"""Which schema scripts there are, and which of them a database still needs.  Running them is the dialect's part.

A script is plain SQL in `schema/<dialect>/<number>_<name>.sql`.  Numbers count up from 1; a script that was released is
never changed.  A dialect runs each script and the note of its number in one transaction, so that an interrupted
migration leaves the database at the number it shows and can simply be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from attrs import frozen

from mmod.errors import StoreTooNew


@frozen
class Migration:
    """One numbered step of the schema."""

    number: int
    name: str
    script: str


@frozen
class SchemaStatus:
    """What a database has had of the steps that this mmod knows."""

    #: The number of the newest step it has had, 0 for none.
    applied: int
    #: Ascending; none at all for a store without a schema.
    known: tuple[Migration, ...]

    @property
    def pending(self) -> tuple[Migration, ...]:
        """The steps it still needs, ascending; raises `StoreTooNew` when it is ahead of every known one."""
        return pending(self.known, self.applied)


def migrations(dialect: str) -> tuple[Migration, ...]:
    """Return the steps shipped for a dialect, ascending."""
    scripts = (
        entry for entry in files("mmod.store").joinpath("schema", dialect).iterdir() if entry.name.endswith(".sql")
    )
    return tuple(sorted((_migration(entry.name, entry.read_text("utf-8")) for entry in scripts), key=_number))


def pending(available: Sequence[Migration], found: int) -> tuple[Migration, ...]:
    """Return the steps that a database at number `found` (0: empty) needs, ascending.

    Raises `StoreTooNew` when it is ahead of every step known here.
    """
    newest = max(map(_number, available), default=0)
    if found > newest:
        raise StoreTooNew(f"the database has schema {found}, this mmod knows schemas up to {newest}: use a newer mmod")
    return tuple(migration for migration in available if migration.number > found)


def _migration(filename: str, script: str) -> Migration:
    number, _, name = filename.removesuffix(".sql").partition("_")
    return Migration(int(number), name, script)


def _number(migration: Migration) -> int:
    return migration.number
