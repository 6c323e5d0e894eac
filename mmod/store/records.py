"""A player's state as the columns of a row, and back.

What is written can always be read: `encoded` refuses a state that would not come back equal.  What is read may be
anything, because databases are edited, restored and damaged: `decoded` takes whatever columns hold and either finds a
state in them or gives the reason why not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from attrs import frozen
from msgspec import MsgspecError
from msgspec.json import Decoder, encode

from mmod.items.equipment import WornState
from mmod.items.inventory import Inventory
from mmod.session.columns import Column, Columns, Encoded
from mmod.store.stored import StoredInventory, StoredWorn, stored_inventory, stored_worn
from mmod.world.state import Count, PlayerState, Sequences, Versions


def _unchanged(part: object) -> object:
    return part


#: What each column that holds JSON must hold.
_DECODERS: dict[str, Decoder[Any]] = {
    "inventory": Decoder(Inventory),
    "equipment": Decoder(WornState),
    "skills": Decoder(dict[str, Count]),
    "versions": Decoder(Versions),
    "sequences": Decoder(Sequences),
}

#: The same of the two parts that are written in another form than they have in the world, and how that is made.
_WRITTEN: dict[str, tuple[Callable[[Any], object], Decoder[Any]]] = {
    **{column: (_unchanged, decoder) for column, decoder in _DECODERS.items()},
    "inventory": (stored_inventory, Decoder(StoredInventory)),
    "equipment": (stored_worn, Decoder(StoredWorn)),
}

#: U+0000 as JSON writes it (an even number of backslashes before it would only be backslashes and text).
_JSON_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


#: The columns of a state in their order, and those of them that hold JSON.
STATE_COLUMNS = Columns.__struct_fields__
JSON_COLUMNS = tuple(_DECODERS)


@frozen
class Reading:
    """What columns turned out to hold: a state, or the reason why they hold none."""

    state: PlayerState | None
    unreadable: str | None = None


def encoded(state: PlayerState, known: Encoded | None = None) -> Columns:
    """Return the columns of a state; raise `ValueError` when they could not be read back as the same state.

    What is equal in a state that is `known` is taken from its columns: of a player who walks that is nearly all.
    """
    try:
        check_text(state.name)
        parts = [_column(column, getattr(state, column), known) for column in JSON_COLUMNS]
        return Columns(state.name, _coordinate(state.x), _coordinate(state.z), *parts)
    except (AttributeError, TypeError, ValueError, MsgspecError) as error:
        raise ValueError(f"the state cannot be stored: {error}") from error


def decoded(columns: Columns) -> Reading:
    """Return what the columns hold."""
    values: dict[str, Any] = {}
    for column, read in _READERS.items():
        try:
            values[column] = read(getattr(columns, column))
        except (TypeError, ValueError, RecursionError) as error:
            return Reading(None, f"{column}: {error}")
    return Reading(PlayerState(**values))


def as_they_are(columns: Columns) -> dict[str, str | float | int | None]:
    """Return columns by their names, for people, as JSON can hold them."""
    return {name: _as_it_is(getattr(columns, name)) for name in STATE_COLUMNS}


def check_text(text: str) -> None:
    """Raise `ValueError` for text that no database can hold: with U+0000 or a lone surrogate."""
    if "\0" in text:
        raise ValueError("text with U+0000 cannot be stored")
    text.encode()


def _as_it_is(column: Column) -> str | float | int | None:
    if isinstance(column, bytes):
        return column.decode(errors="backslashreplace")
    return str(column) if isinstance(column, float) and not math.isfinite(column) else column


def _column(column: str, part: object, known: Encoded | None) -> str:
    if known is not None and getattr(known.state, column) == part:
        return str(getattr(known.columns, column))
    written, decoder = _WRITTEN[column]
    return _encoded_part(written(part), decoder)


def _encoded_part(part: object, decoder: Decoder[Any]) -> str:
    json = encode(part).decode()
    if decoder.decode(json) != part:
        raise ValueError("it would change its value")
    if "\\u0000" in json and _JSON_NUL.search(json):  # the pattern alone would cost more than all the rest
        raise ValueError("text with U+0000 cannot be stored")
    return json


def _text(column: Column) -> str:
    if isinstance(column, bytes):
        return column.decode()
    if not isinstance(column, str):
        raise TypeError(f"not text but {type(column).__name__}")
    return column


def _coordinate(column: Column) -> float:
    if not isinstance(column, int | float) or isinstance(column, bool):
        raise TypeError(f"not a number but {type(column).__name__}")
    if not math.isfinite(column):
        raise ValueError(f"not finite but {column}")
    return float(column)


def _part_reader(decoder: Decoder[Any]) -> Any:
    return lambda column: decoder.decode(_text(column))


_READERS: dict[str, Any] = {"name": _text, "x": _coordinate, "z": _coordinate} | {
    part: _part_reader(decoder) for part, decoder in _DECODERS.items()
}
