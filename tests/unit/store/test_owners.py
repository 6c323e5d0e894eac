from mmod.store.owners import PARTS, Owners

ITEMS = 200 * PARTS


def test_the_first_player_with_an_item_is_remembered():
    owners = Owners()
    assert [owners.first("cap-1", player_id) for player_id in ("ada", "ben", "ada")] == ["ada"] * 3
    assert owners.first("cap-2", "ben") == "ben"


def test_items_are_spread_so_that_no_dictionary_takes_long_to_grow():
    owners = Owners()
    for number in range(ITEMS):
        assert owners.first(f"cap-{number}", f"player-{number}") == f"player-{number}"
    assert ITEMS / PARTS <= owners.largest_part() < 3 * ITEMS / PARTS
