"""`mmod import`: puts the state of a document in place of what is stored of a player.

Everything is checked first: that this world can hold the state, and, by the store, that nobody else has any of its
items.  Whoever owns the player in a running daemon loses it.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from mmod.cli.document import DocumentError, PlayerDocument, parsed
from mmod.cli.opened import opened
from mmod.cli.outcome import Outcome
from mmod.errors import ItemTaken
from mmod.interfaces import IStore
from mmod.items.faults import faults
from mmod.items.rulebook import Rulebook
from mmod.store.rows import check_player_id, checked_state
from mmod.world.state import PlayerState

#: The file name that stands for the standard input.
STANDARD_INPUT = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("file", metavar="FILE", help="what `mmod export` has printed; - for the standard input")
    parser.add_argument("--player", metavar="ID", help="put it under another id; its items must be nobody's")


def read(file: str) -> PlayerDocument:
    """Return the document in a file; raise `DocumentError`."""
    try:
        text = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        raise DocumentError(f"{file}: cannot be read: {error.strerror}") from None
    return parsed(text, file)


async def run(document: PlayerDocument, source: str, player_id: str | None, book: Rulebook, store: IStore) -> Outcome:
    """Put a document in place, under another id if one is given, and close the store.

    Raises `DocumentError` when it cannot be used, and has then changed nothing; `StoreError`.
    """
    state = checked(document, source, player_id, book)
    target = document.player_id if player_id is None else player_id
    async with opened(store):
        try:
            epoch = await store.replace(target, state)
        except ItemTaken as error:
            raise DocumentError(f"{source}: state: {error}") from None
    return Outcome(f"player {target!r} has the imported state, under epoch {epoch}")


def checked(document: PlayerDocument, source: str, player_id: str | None, book: Rulebook) -> PlayerState:
    """Return the state of a document that a world with these rules can hold; raise `DocumentError`."""
    if document.state is None:
        raise DocumentError(f"{source}: state: holds none: {document.unreadable or 'the player was never saved'}")
    try:
        check_player_id(document.player_id if player_id is None else player_id)
        checked_state(document.state, None)
    except ValueError as error:
        raise DocumentError(f"{source}: {error}") from None
    fault = next(faults(document.state.inventory, document.state.equipment, book), None)
    if fault is not None:
        raise DocumentError(f"{source}: state: {fault}")
    return document.state
