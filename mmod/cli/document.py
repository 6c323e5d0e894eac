"""One player as a JSON document: what `mmod export` prints and `mmod import` takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from textwrap import indent

from msgspec import MsgspecError, Struct, json
from msgspec.structs import replace

from mmod.errors import LocalError
from mmod.session.ledger import LedgerRow
from mmod.world.state import PlayerState

#: The format written here, and the newest that can be read.
FORMAT = 1

#: Spaces by which a level is set in: people compare such documents.
INDENT = 2


class DocumentError(LocalError):
    """A document cannot be used; the text names the file, the key and what is wrong."""


class RecordAside(Struct, frozen=True, forbid_unknown_fields=True):
    """A record of the player in the quarantine, which is not part of the document."""

    quarantine_id: int
    reason: str
    #: Unix time (s).
    set_aside_at: float


class PlayerDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a store has about one player."""

    format: int
    #: The version of the mmod that wrote it.
    mmod: str
    #: Unix time (s).
    exported_at: float
    player_id: str
    epoch: int
    version: int
    #: None when there is none, or none that can be read.
    state: PlayerState | None
    #: Why the state cannot be read; None when it can.
    unreadable: str | None = None
    #: The columns of a state that cannot be read, as far as JSON can hold what they do.
    raw: dict[str, str | float | int | None] | None = None
    quarantined: tuple[RecordAside, ...] = ()
    #: Oldest first.
    ledger: tuple[LedgerRow, ...] = ()


class _Numbered(Struct, frozen=True):
    format: int


def written(document: PlayerDocument) -> str:
    """Return a document as text."""
    return json.format(json.encode(document), indent=INDENT).decode()


async def pieces(document: PlayerDocument, ledger: AsyncIterator[LedgerRow]) -> AsyncIterator[str]:
    """Yield the text of a document in which the rows of a ledger are; one row is held at a time."""
    head, end = written(replace(document, ledger=())).rsplit("[]", 1)
    yield f"{head}["
    separator = "\n"
    async for row in ledger:
        yield separator + indent(json.format(json.encode(row), indent=INDENT).decode(), 2 * INDENT * " ")
        separator = ",\n"
    yield f"]{end}" if separator == "\n" else f"\n{INDENT * ' '}]{end}"


def parsed(text: bytes, source: str) -> PlayerDocument:
    """Return what a text from `source` holds, or raise `DocumentError`."""
    try:
        number = json.decode(text, type=_Numbered).format
        if number == FORMAT:
            return json.decode(text, type=PlayerDocument)
    except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(f"{source}: {error}") from None
    raise DocumentError(f"{source}: format: {number} is not known; this mmod reads format {FORMAT}")
