from twisted.internet.defer import Deferred

from mmod.session.claims import Save
from mmod.session.columns import Basis
from mmod.store.player import PendingClaim, Player, Unsaved
from mmod.store.records import encoded
from mmod.store.register import Register

from .scripted import at, request


def unsaved(x, *, urgent=False, callers=()):
    state = at(x)
    return Unsaved(state, encoded(state), None, urgent, list(callers))


def owned(register, player_id, epoch=3, version=7):
    player = register.enter(player_id)
    player.epoch, player.version, player.wanted = epoch, version, True
    return player


def pending(player_id):
    return PendingClaim(request(player_id), Deferred())


def test_a_newer_state_inherits_who_waits_and_how_urgently():
    first, second = Deferred(), Deferred()
    both = unsaved(2, callers=[second]).following(unsaved(1, urgent=True, callers=[first]))
    assert both == Unsaved(at(2), encoded(at(2)), None, True, [first, second])


def test_a_departing_state_gets_the_epoch_and_the_next_version():
    register = Register()
    player = owned(register, "ada")
    register.put(player, unsaved(1))
    (save,) = register.depart(10)
    assert save == Save("ada", 3, 8, at(1))
    assert save.columns == encoded(at(1))
    assert player.version == 8
    assert not player.may_depart


def test_what_bounced_departs_again_under_a_higher_version():
    register = Register()
    player = owned(register, "ada")
    register.put(player, unsaved(1))
    register.depart(10)
    register.bounced(player)
    assert register.depart(10) == [Save("ada", 3, 9, at(1))]


def test_what_follows_a_row_that_is_known_builds_on_it_until_it_bounces():
    register = Register()
    player = owned(register, "ada")
    basis = Basis(7, encoded(at(0)))
    register.put(player, unsaved(1))
    register.depart(10)
    register.landed(player, basis)
    register.put(player, unsaved(2))
    assert [save.basis for save in register.unsaved()] == [None]
    assert [save.basis for save in register.depart(10)] == [basis]
    register.bounced(player)
    assert [save.basis for save in register.depart(10)] == [None]


def test_what_is_not_durable_is_the_newest_state_of_each_player():
    register = Register()
    for player_id in ("ada", "bob"):
        register.put(owned(register, player_id), unsaved(1))
    register.depart(1)
    register.put(register.find("ada"), unsaved(2))
    assert register.unsaved() == [Save("ada", 3, 9, at(2)), Save("bob", 3, 8, at(1))]
    assert register.dirty == 2


def test_a_player_is_forgotten_when_it_is_released_and_durable():
    register = Register()
    player = owned(register, "ada")
    register.put(player, unsaved(1))
    player.wanted = False
    register.forget_if_idle(player)
    assert register.players() == [player]
    register.depart(1)
    register.landed(player)
    assert register.players() == []


def test_losing_a_player_names_everybody_who_waited():
    register, callers = Register(), [Deferred(), Deferred()]
    player = owned(register, "ada")
    register.put(player, unsaved(1, callers=callers[:1]))
    register.depart(1)
    register.put(player, unsaved(2, callers=callers[1:]))
    assert register.lose(player) == callers
    assert (player.epoch, register.dirty, register.players()) == (0, 0, [])


def test_what_waits_before_a_claim_departs_and_what_comes_later_does_not():
    player = Player("ada", epoch=1, waiting=unsaved(1))
    player.claims.append(pending("ada"))
    player.begin_claim()
    assert (player.may_depart, player.may_claim) == (True, False)
    player.waiting, player.barrier = None, False
    assert player.may_claim
    player.waiting = unsaved(2)
    assert (player.may_depart, player.may_claim) == (False, True)


def test_nothing_departs_or_is_claimed_during_a_quarantine():
    player = Player("ada", epoch=1, waiting=unsaved(1), holds=1)
    player.claims.append(pending("ada"))
    assert (player.may_depart, player.may_claim) == (False, False)
