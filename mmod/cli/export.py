"""`mmod export`: prints everything a store has about one player.

It may run beside a daemon, and then shows the player as it was last saved.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable

from mmod import __version__
from mmod.cli.document import FORMAT, DocumentError, PlayerDocument, RecordAside, pieces
from mmod.cli.opened import opened
from mmod.cli.outcome import Outcome
from mmod.interfaces import IStore
from mmod.session.ledger import LedgerRow

#: Ledger rows in one question: some megabytes, whatever a player has moved in years.
PAGE = 10_000


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("player", metavar="PLAYER", help="the player id")


async def run(player_id: str, now: Callable[[], float], write: Callable[[str], object], store: IStore) -> Outcome:
    """Write the document piece by piece, and close the store; the outcome is the end of its last line.

    Raises `StoreError`, and has then perhaps written a part; `DocumentError` for a player nobody knows.
    """
    async with opened(store):
        document = await _document(player_id, now, store)
        async for piece in pieces(document, _ledger(player_id, store)):
            write(piece)
    return Outcome("")


async def _ledger(player_id: str, store: IStore) -> AsyncIterator[LedgerRow]:
    """Yield the rows about a player's items, oldest first."""
    after = 0
    while rows := await store.entries(player_id, after, PAGE):
        for row in rows:
            yield row
        after = rows[-1].entry_id


async def _document(player_id: str, now: Callable[[], float], store: IStore) -> PlayerDocument:
    """Return everything but the ledger."""
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
    )
