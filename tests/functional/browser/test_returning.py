"""Coming back by itself: after a daemon that died, one that stopped, a reload."""

import signal

import pytest

from ..harness.page import carried, worn

#: Seconds in which a page is back after the daemon is: its waits double up to ten seconds, and it may be slow.
COME_BACK = 45.0

#: What a browser says by itself of a daemon that is not there.
NOBODY_THERE = "WebSocket connection to"


@pytest.fixture
def daemon(launch):
    """A daemon that a test may kill."""
    return launch("--dev")


@pytest.fixture
def inside(tab, player):
    """The page with the player in the world; it may find the daemon gone."""
    tab.expect_complaint(NOBODY_THERE)
    tab.join(player)
    return tab


def away(tab):
    return tab.when(lambda state: state["connection"] != "joined", "the page notices the loss")


def back(tab):
    return tab.when(lambda state: state["connection"] == "joined", "the page is back by itself", COME_BACK)


def settled(daemon, tab, player_id):
    """Give the player a past: skills, things worn and carried, a place; save it, and return what the page shows."""
    operator = daemon.operator
    operator.train(player_id, "melee", 12)
    sword, rocks = operator.grant(player_id, "sword_iron"), operator.grant(player_id, "rock_small", 4, "belt")
    operator.teleport(player_id, 40, -20)
    tab.carries(sword, rocks)
    tab.page.focus(f"#item-{sword}")
    tab.page.keyboard.press("e")
    tab.wears(sword, "main_hand")
    operator.checkpoint(player_id)
    return tab.when(lambda state: state["position"] == {"x": 40, "z": -20}, "the player is there")


def owned(state):
    return worn(state), sorted(carried(state)), state["skills"], state["position"], state["playerId"]


def test_after_a_daemon_was_killed_the_page_is_back_with_everything_in_place(inside, player, daemon, picture):
    before = settled(daemon, inside, player.lower())
    port = daemon.port
    daemon.kill()
    away(inside)
    inside.shows("#veil-title", "The connection is lost")
    inside.shows("#veil-count", "Attempt", "of 10")
    assert inside.focused == "try-now"
    inside.settle()
    inside.shows("#veil-count", " in ")
    picture(inside, "reconnecting")
    inside.when(lambda state: state["attempt"] >= 2, "the first attempt has failed")
    assert inside.focused == "try-now", "an attempt does not take the focus"
    daemon.start(port=port)
    after = back(inside)
    assert after["resumed"]
    assert owned(inside.when(lambda state: carried(state), "the belongings are known")) == owned(before)
    assert not inside.sees("#veil")
    inside.shows("#notices", "Back in the session.")
    inside.until(
        f"document.querySelector('#slot-main_hand').dataset.instance === '{worn(before)['main_hand']}'", "shown"
    )


def test_a_command_on_its_way_when_the_daemon_died_is_not_lost(inside, player, daemon):
    cap = daemon.operator.grant(player.lower(), "cap_wool")
    inside.carries(cap)
    port = daemon.port
    daemon.signal(signal.SIGSTOP)
    inside.page.focus(f"#item-{cap}")
    inside.page.keyboard.press("e")
    inside.until("document.querySelector('#slot-head').hasAttribute('data-pending')", "the command is given")
    daemon.kill()
    away(inside)
    assert inside.state["result"] is None
    daemon.start(port=port)
    back(inside)
    inside.wears(cap, "head")
    assert inside.result()["code"] == "success"
    assert "cap_wool" in str(daemon.operator.player(player.lower())["equipment"])


def test_a_server_that_stops_is_named_and_returned_to(inside, player, daemon, picture):
    before = settled(daemon, inside, player.lower())
    port = daemon.port
    assert daemon.terminate() == 0
    away(inside)
    inside.shows("#veil-title", "The server is stopping")
    inside.shows("#veil-text", "1012")
    inside.settle()
    inside.shows("#veil-count", " in ")
    picture(inside, "server-stopping")
    daemon.start(port=port)
    assert back(inside)["resumed"]
    assert owned(inside.when(lambda state: carried(state), "the belongings are known")) == owned(before)


def test_one_who_does_not_want_to_wait_tries_now_or_leaves(inside, daemon):
    port = daemon.port
    daemon.kill()
    away(inside)
    inside.when(lambda state: state["attempt"] >= 3, "the waits have become long", COME_BACK)
    daemon.start(port=port)
    tries = "document.querySelector('#try-now').ariaDisabled === 'false'"
    inside.until(f"{tries} || window.mmod.state.connection === 'joined'", "a wait")
    if inside.sees("#veil"):
        inside.page.click("#try-now", force=True)
    assert back(inside)["resumed"]
    daemon.kill()
    away(inside)
    inside.page.click("#give-up")
    assert inside.ended()["closeCode"] == 1000
    inside.shows("#join-message", "Goodbye")


def test_a_reload_goes_on_with_the_session(inside, player, daemon):
    before = settled(daemon, inside, player.lower())
    inside.page.reload()
    after = inside.when(lambda state: state["connection"] == "joined", "the page has joined by itself")
    assert after["resumed"]
    assert owned(inside.when(lambda state: carried(state), "the belongings are known")) == owned(before)
    inside.page.click("#leave")
    inside.ended()
    inside.page.reload()
    inside.when(lambda state: state["connection"] == "idle", "who has left is not taken in again")
    assert inside.sees("#join-form")
