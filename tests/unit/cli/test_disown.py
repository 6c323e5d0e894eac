import pytest

from mmod.cli.disown import run
from mmod.errors import StoreAway
from mmod.session.claims import Save, SaveResult

from .shelf import Shelf, owning, result_of


def test_everybody_is_nobodys_afterwards_and_the_store_closed():
    shelf = Shelf()
    shelf.put("ada", "cap-1")
    shelf.put("ben")
    assert result_of(run(shelf)).text == "2 players are nobody's now; their resume tokens are forgotten"
    with pytest.raises(StoreAway):
        result_of(shelf.read("ada"))
    shelf.migrate()
    assert result_of(shelf.save([Save("ada", 1, 9, owning())])) == [SaveResult.SUPERSEDED]
