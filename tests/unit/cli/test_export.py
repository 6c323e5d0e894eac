import pytest
from msgspec import json

from mmod import __version__
from mmod.cli.document import FORMAT, INDENT, DocumentError, RecordAside, parsed
from mmod.cli.export import PAGE, run
from mmod.errors import StoreAway
from mmod.items.movements import Movement
from mmod.session.ledger import ItemEvent, LedgerRow

from .shelf import NOW, Shelf, owning, result_of


@pytest.fixture
def shelf():
    shelf = Shelf()
    shelf.put("ada", "cap-1", "cap-2")
    shelf.put("ada", "cap-2", worn=[("head", "cap-3")])
    shelf.put("ben", "cap-4")
    return shelf


def text_of(shelf, player_id="ada"):
    """Return what is printed, without the line feed that every outcome ends with."""
    pieces = []
    assert result_of(run(player_id, lambda: NOW + 1, pieces.append, shelf)).text == ""
    return "".join(pieces)


def exported(shelf, player_id="ada"):
    return parsed(text_of(shelf, player_id).encode(), "output")


def test_a_document_says_what_when_and_by_whom(shelf):
    document = exported(shelf)
    assert (document.format, document.mmod, document.exported_at) == (FORMAT, __version__, NOW + 1)
    assert (document.player_id, document.epoch, document.version) == ("ada", 2, 2)
    assert (document.unreadable, document.raw, document.quarantined) == (None, None, ())


def test_the_state_is_exactly_what_is_stored(shelf):
    assert exported(shelf).state == owning("cap-2", worn=[("head", "cap-3")])


def test_the_ledger_is_the_players_oldest_first(shelf):
    moves = [row.event.movement for row in exported(shelf).ledger]
    assert [(moved.instance_id, moved.target) for moved in moves] == [
        ("cap-1", "carried:belt"),
        ("cap-2", "carried:belt"),
        ("cap-3", "worn:head"),
        ("cap-1", None),
    ]


def test_a_ledger_of_any_length_is_written_whole_a_page_at_a_time(shelf):
    for number in range(3 * PAGE // 2):
        movement = Movement(f"cap-{number}", "cap_wool", 1, None, "carried:belt")
        shelf.ledger.append(LedgerRow(len(shelf.ledger) + 1, "ada", 3, ItemEvent(movement, "grant", 0, NOW)))
    limits, entries = [], shelf.entries

    def paged(player_id, after, limit):
        limits.append(limit)
        return entries(player_id, after, limit)

    shelf.entries = paged
    rows = exported(shelf).ledger
    assert rows == tuple(row for row in shelf.ledger if row.player_id == "ada")
    assert limits == [PAGE] * 3


@pytest.mark.parametrize("ledger", ["some rows", "no rows"])
def test_the_pieces_of_a_document_are_set_out_like_one(shelf, ledger):
    if ledger == "no rows":
        shelf.ledger.clear()
    text = text_of(shelf)
    assert text == json.format(text, indent=INDENT)


def test_a_state_that_cannot_be_read_is_exported_as_its_columns_with_the_reason(shelf):
    shelf.edit("ada", inventory=b"{damaged\xff", x=float("nan"))
    document = exported(shelf)
    assert document.state is None
    assert document.unreadable.startswith("x: ")
    assert (document.raw["inventory"], document.raw["x"], document.raw["z"]) == ("{damaged\\xff", "nan", -2.5)


def test_records_that_were_set_aside_are_named(shelf):
    shelf.quarantine("ada", 2, "unknown item")
    document = exported(shelf)
    assert (document.state, document.unreadable) == (None, None)
    assert document.quarantined == (RecordAside(1, "unknown item", NOW),)
    shelf.migrate()
    assert exported(shelf, "ben").quarantined == ()


@pytest.mark.parametrize("player_id", ["nobody", "", "a\0b"])
def test_a_player_whom_nobody_knows_is_refused_by_name_and_the_store_closed(shelf, player_id):
    with pytest.raises(DocumentError, match="no player '"):
        exported(shelf, player_id)
    with pytest.raises(StoreAway):
        result_of(shelf.read("ada"))
