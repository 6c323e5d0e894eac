import io
import json
import sys

import pytest
from msgspec.structs import replace

from mmod.cli.document import FORMAT, DocumentError, PlayerDocument, parsed, written
from mmod.cli.export import run as export
from mmod.cli.importing import read, run
from mmod.errors import StoreAway
from mmod.items.equipment import WornState
from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.items.templates import shipped_catalogue
from mmod.session.claims import Save, SaveResult
from mmod.store.audit import audited

from .shelf import NOW, Shelf, owning, result_of

BOOK = Rulebook(ItemRules(), shipped_catalogue())


def document(state, player_id="ada"):
    return PlayerDocument(FORMAT, "1.0", NOW, player_id, 1, 1, state)


def imported(shelf, given, player_id=None):
    shelf.migrate()
    outcome = result_of(run(given, "file", player_id, BOOK, shelf))
    shelf.migrate()
    return outcome.text


def state_of(shelf, player_id):
    return result_of(shelf.read(player_id)).state


def findings(shelf):
    found = []
    result_of(audited(shelf.holdings, found.append))
    return found


@pytest.fixture
def shelf():
    shelf = Shelf()
    shelf.put("ada", "cap-1", "cap-2")
    shelf.put("ben", "cap-3")
    return shelf


# --- putting in place -------------------------------------------------------------------------------------------------


def test_a_document_comes_back_exactly_over_what_was_played_since(shelf):
    pieces = []
    result_of(export("ada", lambda: NOW, pieces.append, shelf))
    before = parsed("".join(pieces).encode(), "file")
    shelf.put("ada", "cap-2", "cap-9")
    assert imported(shelf, before) == "player 'ada' has the imported state, under epoch 3"
    assert state_of(shelf, "ada") == before.state
    assert findings(shelf) == []


def test_an_import_that_changes_nothing_leaves_the_ledger_as_it_is(shelf):
    before = list(shelf.ledger)
    imported(shelf, document(owning("cap-1", "cap-2")))
    assert shelf.ledger == before


def test_whoever_owned_the_player_can_save_it_no_more(shelf):
    imported(shelf, document(owning("cap-1")))
    assert result_of(shelf.save([Save("ada", 1, 99, owning("cap-2"))])) == [SaveResult.SUPERSEDED]


def test_a_player_that_is_not_there_is_made(shelf):
    imported(shelf, document(owning("cap-7"), "cy"))
    assert state_of(shelf, "cy") == owning("cap-7")
    assert findings(shelf) == []


def test_under_another_id_go_only_items_that_are_nobodys(shelf):
    imported(shelf, document(owning("cap-7")), "cy")
    assert state_of(shelf, "cy") == owning("cap-7")
    with pytest.raises(DocumentError, match=r"^file: state: item 'cap-1' is player 'ada''s$"):
        imported(shelf, document(owning("cap-1")), "dan")
    shelf.migrate()
    assert result_of(shelf.read("dan")) is None


def test_items_that_have_ceased_to_be_may_come_back_with_anybody(shelf):
    shelf.put("ada", "cap-2")
    imported(shelf, document(owning("cap-1")), "cy")
    assert findings(shelf) == []


# --- refusing ---------------------------------------------------------------------------------------------------------


def refused(shelf, given, words, player_id=None):
    before = dict(shelf.rows), list(shelf.ledger)
    with pytest.raises(DocumentError, match=words) as caught:
        imported(shelf, given, player_id)
    assert "\n" not in str(caught.value)
    assert (shelf.rows, shelf.ledger) == before


def test_an_item_that_the_ledger_gives_to_another_is_refused_by_name(shelf):
    refused(shelf, document(owning("cap-1", "cap-3")), r"item 'cap-3' is player 'ben''s$")


def test_an_item_that_a_state_gives_to_another_is_refused_by_name(shelf):
    shelf.ledger.clear()
    refused(shelf, document(owning("cap-3")), r"item 'cap-3' is player 'ben''s$")


def test_an_item_that_is_set_aside_with_another_is_refused_by_name(shelf):
    shelf.quarantine("ben", 1, "unknown item")
    refused(shelf, document(owning("cap-3")), r"item 'cap-3' is player 'ben''s")


def test_an_item_that_the_catalogue_does_not_know_is_refused_by_name(shelf):
    refused(
        shelf, document(owning("cap-1", template="spoon")), r"^file: state: item 'cap-1': no template 'spoon' in the"
    )


def test_an_item_that_is_there_twice_is_refused_by_name(shelf):
    refused(shelf, document(owning("cap-1", worn=[("head", "cap-1")])), r"item 'cap-1': is there more than once")


@pytest.mark.parametrize("player_id", ["", "a\0b", "\ud800", "a\nb", "x" * 5_000, "\u202eevil", "bot-7"])
def test_an_id_under_which_nobody_could_join_is_refused(shelf, player_id):
    refused(shelf, document(owning("cap-7"), player_id), "^file: .*player id")
    refused(shelf, document(owning("cap-7")), "^file: .*player id", player_id)


@pytest.mark.parametrize("name", ["", "x" * 5_000, "a\nb"])
def test_a_name_under_which_nobody_could_join_is_refused(shelf, name):
    refused(shelf, document(replace(owning("cap-7"), name=name)), "^file: a name has ")


def test_a_state_that_cannot_be_stored_is_refused(shelf):
    refused(shelf, document(replace(owning(), x=float("inf"))), "^file: the state cannot be stored: not finite")
    refused(shelf, document(replace(owning(), equipment=WornState({}, {"head": -1.0}))), "cooldown of slot 'head'")


def test_a_document_without_a_state_is_refused_with_the_reason(shelf):
    refused(shelf, document(None), "^file: state: holds none: the player was never saved")
    unreadable = replace(document(None), unreadable="x: not a number")
    refused(shelf, unreadable, "^file: state: holds none: x: not a number")


def test_the_store_is_closed_after_a_refusal(shelf):
    with pytest.raises(DocumentError):
        result_of(run(document(owning("cap-3")), "file", None, BOOK, shelf))
    with pytest.raises(StoreAway):
        result_of(shelf.read("ada"))


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_document_is_read_from_a_file_or_the_standard_input(tmp_path, monkeypatch):
    text = written(document(owning("cap-1")))
    (tmp_path / "ada.json").write_text(text)
    assert read(str(tmp_path / "ada.json")) == document(owning("cap-1"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert read("-") == document(owning("cap-1"))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DocumentError, match=r"nowhere: cannot be read: No such file"):
        read(str(tmp_path / "nowhere"))


def test_a_document_whose_state_has_a_key_that_is_not_known_is_refused():
    state = {"name": "Ada", "inventroy": {"items": []}}
    document = {"format": 1, "mmod": "1", "exported_at": 0, "player_id": "ada", "epoch": 1, "version": 1}
    with pytest.raises(DocumentError, match="inventroy"):
        parsed(json.dumps({**document, "state": state}).encode(), "FILE")
