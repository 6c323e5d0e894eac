"""The door: guests under `--dev`, tokens elsewhere, and who is not let in."""

import httpx
import pytest

from ..harness.daemon import Daemon


@pytest.fixture(scope="package")
def shared_guarded(tmp_path_factory, key):
    daemon = Daemon(tmp_path_factory.mktemp("guarded"), "--auth", f"jwt:key_file={key}").start()
    yield daemon
    daemon.stop()


@pytest.fixture
def guarded(shared_guarded):
    """A daemon without `--dev` that takes tokens signed with the secret."""
    yield shared_guarded
    shared_guarded.check_log()


@pytest.fixture
def door(guarded, open_tab):
    """The page at the door of that daemon."""
    return open_tab(guarded)


def test_a_guest_gets_a_name_and_steps_in_with_one_key(tab, picture):
    picture(tab, "door")
    offered = tab.page.input_value("#guest-name")
    assert len(offered.split()) >= 2
    assert tab.focused == "join-button"
    tab.page.keyboard.press("Enter")
    assert tab.joined()["playerId"] == offered.lower()
    assert tab.text("#player-name") == offered
    assert "anyone can be anyone" in tab.text("#dev-banner").lower()


def test_another_name_is_offered_when_one_asks_and_without_one_nobody_joins(tab):
    offered = tab.page.input_value("#guest-name")
    tab.page.click("#another-name")
    tab.until(f"document.querySelector('#guest-name').value !== {offered!r}", "another name")
    tab.page.fill("#guest-name", "")
    tab.page.click("#join-button")
    assert tab.page.evaluate("document.querySelector('#guest-name').matches(':invalid')")
    assert tab.state["connection"] == "idle"


def test_a_guest_may_use_a_token_instead(tab, player):
    tab.page.click("#use-token")
    assert tab.focused == "token"
    tab.show_token(f"dev:{player}")
    assert tab.joined()["playerId"] == player.lower()


def test_whoever_looked_for_a_token_gets_back_to_the_name(tab):
    tab.page.click("#use-token")
    assert not tab.page.is_visible("#guest-name")
    assert tab.text("#use-token") == "Use a name instead"
    tab.page.click("#use-token")
    assert not tab.page.is_visible("#token")
    tab.page.click("#join-button")
    tab.joined()


def test_where_tokens_are_asked_for_there_are_no_guests_and_no_gifts(door, mint, picture):
    assert door.sees("#token")
    assert not door.sees("#guest-name")
    assert not door.sees("#use-token")
    assert door.page.get_attribute("#token", "type") == "password"
    picture(door, "door-token")
    door.show_token(mint("user/17", "--name", "Ada L."))
    assert door.joined()["playerId"] == "user/17"
    assert not door.sees("#dev-banner")
    assert not door.sees("#gifts-toggle")
    door.page.keyboard.press("g")
    assert not door.sees("#gifts")
    assert door.page.evaluate("document.querySelector('#gifts').childElementCount") == 0
    for gift in ("items", "skills", "position"):
        assert httpx.get(f"{door.url}/dev/{gift}", trust_env=False).status_code == 404


def test_a_token_that_is_refused_is_explained_and_another_one_may_be_tried(door, mint, picture):
    for token in ("nonsense", "dev:ada", mint("ada", "--ttl", "-60")):
        door.show_token(token)
        state = door.ended()
        assert (state["closeCode"], state["error"]["code"]) == (4001, "auth")
        words = door.shows("#join-message", "No entry", "(auth)")
        assert "token was not accepted" in words
        assert token not in words
        assert door.focused == "token" or door.sees("#token")
    picture(door, "refused")
    door.show_token(mint("ada"))
    assert door.joined()["playerId"] == "ada"


def test_a_token_is_kept_nowhere(door, mint):
    token = mint("ada")
    door.show_token(token)
    door.joined()
    kept = door.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}]) + document.cookie + location")
    assert token not in kept
    door.page.reload()
    door.when(lambda state: state["connection"] == "idle", "the page asks for the token again")
    assert door.page.input_value("#token") == ""
