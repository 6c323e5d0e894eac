"""What could not be written at shutdown, kept in a file and written at the next start.

A spill file is JSON lines: a header, then one save a line, each line with the SHA-256 of what it carries, so that a
file that was cut short or damaged still gives every line that is whole.  The header tells how many saves follow, so
that lines that are missing altogether are noticed too.  Writing a save twice does no harm (`IStore.save`), so an
interrupted replay is simply repeated.  A file is written as a draft under another name; a draft that is found at the
start was left by a kill, and is replayed like a file that was cut short.  These functions wait for the disk: they run
before anyone joins and after everyone has left.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path

from attrs import evolve, frozen
from msgspec import Raw, Struct
from msgspec.json import Decoder, encode

from mmod.errors import StoreTooNew
from mmod.interfaces import IStore
from mmod.session.claims import Save, SaveResult
from mmod.store.rows import check_player_id, checked_state

#: The end of the name of every spill file that is still to be replayed.
SUFFIX = ".spill"
#: Added to the name of a file that is being written, ...
DRAFT = ".tmp"
#: ... of one that was replayed whole, ...
REPLAYED = ".replayed"
#: ... and of one that was replayed except for the lines that were damaged.
DAMAGED = ".damaged"

#: The format written here, and the newest that can be read; 1 had no ledger entries.
FORMAT = 2

#: Saves in one transaction: nobody plays yet who would wait for it, so there are more than in the writer's.
BATCH = 500

#: Like the database: for the daemon's user only.
FILE_MODE = 0o600


class _Header(Struct, frozen=True):
    format: int
    saves: int


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    content: Raw


_LINE = Decoder(_Line)
_HEADER = Decoder(_Header)
_SAVE = Decoder(Save)


@frozen
class Replay:
    """What came of one spill file."""

    #: How many of its saves are in the store now.
    stored: int = 0
    #: Players whose saves were not taken because another join owns them since, in the order of the file.
    superseded: tuple[str, ...] = ()
    #: The numbers (from 1) of the lines that are damaged or missing.
    damaged: tuple[int, ...] = ()


def write(path: Path, saves: Sequence[Save]) -> Path:
    """Write a spill file that survives a power cut from now on, and return its name.

    `path` ends in `SUFFIX`; where it or what became of it exists already, the next free number is put into the name.
    Raises `OSError`, and then leaves no file.
    """
    lines = b"".join(_lines(saves))
    for candidate in _numbered(path):
        draft = candidate.with_name(candidate.name + DRAFT)
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        except FileExistsError:
            continue
        # Whoever has the draft has the name: nobody can take it between this look and the renaming.
        if _taken(candidate):
            os.close(descriptor)
            draft.unlink()
            continue
        _fill(draft, descriptor, lines)
        _rename(draft, candidate)
        return candidate
    raise AssertionError("the numbers never end")


def read(path: Path) -> tuple[list[Save], list[int]]:
    """Return the saves of all lines that are whole, and the numbers (from 1) of those that are damaged or missing.

    Raises `StoreTooNew` for a format that a newer mmod wrote, and `OSError`.
    """
    lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    expected = _read_header(lines[0])
    found = {number: _read_save(line) for number, line in enumerate(lines[1:], 2)}
    last = max(len(lines), 1 + expected if expected is not None else 1)
    damaged = [] if expected is not None else [1]
    damaged += [number for number in range(2, last + 1) if found.get(number) is None]
    return [save for save in found.values() if save is not None], damaged


def waiting(directory: Path) -> list[Path]:
    """Return the files of a directory that are still to be replayed."""
    return sorted(path for ending in ("", DRAFT) for path in directory.glob(f"*{SUFFIX}{ending}"))


async def replay(store: IStore, path: Path) -> Replay:
    """Write a spill file to an open store; raises `StoreError` when the store fails, and what `read` does.

    May be repeated until the file is `retire`d.
    """
    saves, damaged = read(path)
    superseded: list[str] = []
    for batch in _batches(saves):
        results = await store.save(batch)
        superseded += [
            save.player_id for save, result in zip(batch, results, strict=True) if result is SaveResult.SUPERSEDED
        ]
    return Replay(len(saves) - len(superseded), tuple(superseded), tuple(damaged))


def retire(path: Path, damaged: bool) -> Path:
    """Rename a file that was replayed as far as it is whole, so that it is kept and never replayed again; return its
    new name.
    """
    target = path.with_name(path.name.removesuffix(DRAFT) + (DAMAGED if damaged else REPLAYED))
    _rename(path, target)
    return target


def _lines(saves: Sequence[Save]) -> Iterator[bytes]:
    # Whole, and without the columns: the state says all that they would say.
    for content in (_Header(FORMAT, len(saves)), *(evolve(save, columns=None, basis=None) for save in saves)):
        carried = encode(content)
        yield encode(_Line(sha256(carried).hexdigest(), Raw(carried))) + b"\n"


def _content(line: bytes) -> Raw:
    """Return what a line carries; raise `ValueError` when it is damaged."""
    decoded = _LINE.decode(line)
    if sha256(decoded.content).hexdigest() != decoded.sha256:
        raise ValueError("the checksum is wrong")
    return decoded.content


def _read_header(line: bytes) -> int | None:
    """Return how many saves follow, None when the header is damaged."""
    try:
        header = _HEADER.decode(_content(line))
    except (ValueError, RecursionError):
        return None
    if header.format > FORMAT:
        raise StoreTooNew(f"the spill file has format {header.format}, this mmod knows formats up to {FORMAT}")
    return header.saves


def _read_save(line: bytes) -> Save | None:
    """Return the save of a line, None when it is damaged or no store would take it."""
    try:
        save = _SAVE.decode(_content(line))
        check_player_id(save.player_id)
        return evolve(save, columns=checked_state(save.state, save.disconnected_at), basis=None)
    except (ValueError, RecursionError):
        return None


def _batches(saves: Iterable[Save]) -> Iterator[list[Save]]:
    """Cut into batches in which every player is once."""
    batch: dict[str, Save] = {}
    for save in saves:
        if len(batch) == BATCH or save.player_id in batch:
            yield list(batch.values())
            batch = {}
        batch[save.player_id] = save
    if batch:
        yield list(batch.values())


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_stem(f"{path.stem}-{number}")


def _taken(path: Path) -> bool:
    return any(path.with_name(path.name + ending).exists() for ending in ("", REPLAYED, DAMAGED))


def _fill(draft: Path, descriptor: int, content: bytes) -> None:
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink()
        raise


def _rename(path: Path, target: Path) -> None:
    path.rename(target)
    directory = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
