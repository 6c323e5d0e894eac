import pytest
from twisted.internet.defer import Deferred

from mmod.session.claims import SaveResult
from mmod.session.columns import Basis
from mmod.store.landing import Landing, land
from mmod.store.player import Unsaved
from mmod.store.records import encoded
from mmod.store.register import Register

from .scripted import at

STORED, PRESENT, STALE, SUPERSEDED = SaveResult.STORED, SaveResult.PRESENT, SaveResult.STALE, SaveResult.SUPERSEDED


@pytest.fixture
def register():
    return Register()


def depart(register, *player_ids):
    """Return the batch in which players depart, and the callers that wait for each."""
    callers = {player_id: Deferred().addErrback(lambda _: None) for player_id in player_ids}
    for player_id, caller in callers.items():
        player = register.enter(player_id)
        player.epoch, player.wanted = 1, True
        register.put(player, Unsaved(at(1), encoded(at(1)), None, False, [caller]))
    return register.depart(len(player_ids)), callers


def test_a_batch_comes_to_as_many_ends_as_it_has_players(register):
    saves, callers = depart(register, "a", "b", "c", "d")
    assert land(register, saves, [SUPERSEDED, PRESENT, STALE, STORED]) == Landing(
        durable=[callers["b"], callers["d"]], lost=[("a", [callers["a"]])], taken=2, stale=1
    )
    assert [register.find(player_id).basis for player_id in "abcd"[1:]] == [None, None, Basis(1, encoded(at(1)))]
    assert register.dirty == 1


def test_a_refusal_that_an_unanswered_claim_may_explain_is_neither_a_loss_nor_a_save(register):
    saves, _ = depart(register, "ada")
    register.unanswered.note("ada", b"hash")
    assert land(register, saves, [SUPERSEDED]) == Landing()
    assert register.find("ada").disputed
