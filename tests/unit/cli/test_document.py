import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import states

from mmod.cli.document import FORMAT, DocumentError, PlayerDocument, RecordAside, parsed, written
from mmod.items.movements import Movement
from mmod.session.ledger import ItemEvent, LedgerRow
from mmod.world.state import PlayerState

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_rows = st.builds(
    LedgerRow,
    st.integers(1),
    _texts,
    st.integers(1),
    st.builds(
        ItemEvent,
        st.builds(Movement, _texts, _texts, st.integers(1), st.none() | _texts, st.none() | _texts),
        st.sampled_from(["grant", "equip", "import"]),
        st.integers(0),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
)
documents = st.builds(
    PlayerDocument,
    format=st.just(FORMAT),
    mmod=_texts,
    exported_at=st.floats(allow_nan=False, allow_infinity=False),
    player_id=_texts,
    epoch=st.integers(0),
    version=st.integers(0),
    state=st.none() | states,
    unreadable=st.none() | _texts,
    raw=st.none() | st.dictionaries(_texts, st.none() | _texts | st.integers()),
    quarantined=st.lists(st.builds(RecordAside, st.integers(1), _texts, st.floats(0, 1e10)), max_size=2).map(tuple),
    ledger=st.lists(_rows, max_size=3).map(tuple),
)

ADA = PlayerDocument(FORMAT, "1.0", 0.0, "ada", 1, 1, PlayerState("Ada"))


@given(documents)
def test_what_was_written_is_read_back_exactly(document):
    assert parsed(written(document).encode(), "file") == document


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": FORMAT + 1}, rf"format: {FORMAT + 1} is not known; this mmod reads format {FORMAT}"),
        ({"format": "1"}, r"`\$\.format`"),
        ({"player_id": 7}, r"`\$\.player_id`"),
        ({"colour": "red"}, r"`colour`"),
        ({"state": {"name": "Ada", "x": "far"}}, r"`\$\.state\.x`"),
        (
            {"state": {"name": "Ada", "inventory": {"items": [{"compartment": "belt"}]}}},
            r"`\$\.state\.inventory\.items",
        ),
    ],
)
def test_a_wrong_key_is_named_with_its_file(change, words):
    text = json.dumps({**json.loads(written(ADA)), **change}).encode()
    with pytest.raises(DocumentError, match=rf"^ada\.json: .*{words}"):
        parsed(text, "ada.json")


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_document_is_refused_with_the_file(text):
    with pytest.raises(DocumentError, match=r"^ada\.json: "):
        parsed(text, "ada.json")


def test_a_document_is_for_people_too():
    assert written(ADA).splitlines()[:2] == ["{", f'  "format": {FORMAT},']
