"""`Give me something`, under `--dev`."""


def test_a_player_takes_an_item_a_skill_and_wears_it(inside, daemon, player):
    inside.page.keyboard.press("g")
    inside.page.select_option("#gift-skill", "melee")
    inside.page.fill("#gift-level", "20")
    inside.page.click("#give-skill")
    inside.when(lambda state: state["skills"] == {"melee": 20}, "the skill is learned")
    inside.page.click("#give-sword_iron")
    state = inside.when(lambda state: state["inventory"]["items"], "the sword is there")
    sword = state["inventory"]["items"][0]["instance"]["instance_id"]
    inside.shows("#notices", "A gift: Iron Sword, in the backpack.")
    inside.drag(f"#item-{sword}", "#slot-main_hand")
    inside.wears(sword, "main_hand")
    assert daemon.operator.player(player.lower())["skills"] == {"melee": 20}


def test_a_player_goes_somewhere_else_and_the_handover_is_told(inside, daemon, player):
    inside.page.click("#gifts-toggle")
    inside.page.fill("#gift-x", "-300")
    inside.page.fill("#gift-z", "40")
    inside.page.click("#give-position")
    state = inside.when(lambda state: state["handover"], "the player was handed over")
    assert state["handover"]["to"] == {"cx": -2, "cz": 0}
    inside.when(lambda state: state["position"] == {"x": -300, "z": 40}, "the player is there")
    inside.shows("#notices", "You crossed from cell 0, 0 into cell -2, 0.")
    inside.shows("#status-cell", "-2, 0")
    inside.page.click("#go-origin")
    inside.when(lambda state: state["position"] == {"x": 0, "z": 0}, "and back again")


def test_a_gift_that_is_too_much_is_refused_in_words(inside):
    inside.expect_complaint("409")
    inside.page.click("#gifts-toggle")
    inside.page.fill("#gift-quantity", "2")
    inside.page.click("#give-anvil_iron")
    inside.shows("#notices", "(exceeds_")
    assert inside.sees(".bubble.refusal")
    assert inside.state["inventory"]["items"] == []
