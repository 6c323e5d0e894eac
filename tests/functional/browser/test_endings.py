"""Why one is outside: told in words, with a way back where there is one."""

from ..conftest import unique


def test_who_joins_elsewhere_is_replaced_here_and_can_take_over_again(inside, open_tab, daemon, player, picture):
    second = open_tab(daemon)
    second.join(player)
    assert inside.ended()["closeCode"] == 4003
    inside.page.bring_to_front()
    inside.shows("#join-message", "Taken over", "(replaced)")
    assert not inside.sees("#hud")
    assert inside.text("#join-button") == "Take over here"
    picture(inside, "replaced")
    inside.page.click("#join-button")
    inside.joined()
    assert second.ended()["closeCode"] == 4003


def test_one_who_is_kicked_is_told_the_reason_and_does_not_come_back_by_itself(inside, player, daemon, picture):
    daemon.operator.kick(player.lower(), "being rude to the herons")
    assert inside.ended()["closeCode"] == 4006
    inside.shows("#join-message", "Shown the door", "being rude to the herons", "(kicked)")
    picture(inside, "kicked")
    inside.page.reload()
    inside.when(lambda state: state["connection"] == "idle", "the page waits to be asked")


def test_a_full_world_says_so(launch, open_tab):
    daemon = launch("--dev", **{"world.max_players": 1})
    first, second = open_tab(daemon), open_tab(daemon)
    first.join(unique("Lark"))
    second.page.fill("#guest-name", unique("Toad"))
    second.page.click("#join-button")
    assert second.ended()["closeCode"] == 4005
    second.shows("#join-message", "Full house", "(world_full)")
