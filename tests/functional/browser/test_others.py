"""What one page shows of others."""

from ..conftest import unique


def entity(tab, player_id):
    """How a tab sees somebody, None for not at all."""
    return next((seen for seen in tab.state["entities"] if seen["id"] == player_id), None)


def test_two_pages_see_each_other_by_name_and_walk_before_each_others_eyes(open_tab, daemon):
    names = unique("Heron"), unique("Otter")
    ids = [name.lower() for name in names]
    tabs = [open_tab(daemon) for _ in names]
    for tab, name in zip(tabs, names, strict=True):
        tab.join(name)
    for tab, name, other in zip(tabs, reversed(names), reversed(ids), strict=True):
        tab.when(lambda _, tab=tab, other=other: entity(tab, other), "one sees the other")
        assert (entity(tab, other)["name"], entity(tab, other)["kind"]) == (name, "player")
    for walker, watcher, walker_id in zip(tabs, reversed(tabs), ids, strict=True):
        before = entity(watcher, walker_id)["pos"]["x"]
        walker.page.bring_to_front()
        walker.page.keyboard.down("d")
        watcher.when(
            lambda _, watcher=watcher, who=walker_id, x=before: entity(watcher, who)["pos"]["x"] > x + 1,
            "the walk is seen",
        )
        walker.page.keyboard.up("d")


def test_who_leaves_is_seen_no_longer_and_what_is_in_sight_is_counted(launch, open_tab, player):
    daemon = launch("--dev", **{"world.linger": 0, "bots.target_per_cell": 0})
    stays, leaves = open_tab(daemon), open_tab(daemon)
    stays.join("Stoat")
    leaves.join(player)
    stays.when(lambda _: entity(stays, player.lower()), "one sees the other")
    stays.shows("#status-in-sight", "1")
    leaves.page.bring_to_front()
    leaves.page.click("#leave")
    assert leaves.ended()["closeCode"] == 1000
    assert "Goodbye" in leaves.shows("#join-message", "Goodbye")
    stays.page.bring_to_front()
    stays.when(lambda state: state["entityCount"] == 0, "nobody else is there")
    stays.shows("#status-in-sight", "0")
