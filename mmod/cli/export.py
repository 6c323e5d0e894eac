"""`mmod export`: prints everything a store has about one player.

It may run beside a daemon, and then shows the player as it was last saved.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

from mmod import __version__
from mmod.cli.document import FORMAT, DocumentError, PlayerDocument, RecordAside, written
from mmod.cli.opened import opened
from mmod.cli.outcome import Outcome
from mmod.interfaces import IStore

#: Ledger rows in a document, the newest: years of an item moved every minute, and still no more than a fair file.
MOST_ROWS = 1_000_000


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("player", metavar="PLAYER", help="the player id")


async def run(player_id: str, now: Callable[[], float], store: IStore) -> Outcome:
    """Return the document, and close the store; raise `StoreError`, and `DocumentError` for a player nobody knows."""
    async with opened(store):
        return Outcome(written(await _document(player_id, now, store)))


async def _document(player_id: str, now: Callable[[], float], store: IStore) -> PlayerDocument:
    stored = await store.read(player_id)
    if stored is None:
        raise DocumentError(f"no player {player_id!r} is stored")
    return PlayerDocument(
        format=FORMAT,
        mmod=__version__,
        exported_at=now(),
        player_id=player_id,
        epoch=stored.epoch,
        version=stored.version,
        state=stored.state,
        unreadable=stored.unreadable,
        raw=None if stored.raw is None else dict(stored.raw),
        quarantined=tuple(
            RecordAside(record.quarantine_id, record.reason, record.set_aside_at)
            for record in await store.quarantined()
            if record.player_id == player_id
        ),
        ledger=tuple(reversed(await store.moves(player_id, MOST_ROWS))),
    )
