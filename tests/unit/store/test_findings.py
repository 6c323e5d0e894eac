from mmod.store.findings import Finding, Violation


def test_a_finding_without_an_item_says_why_the_state_cannot_be_read():
    finding = Finding(Violation.UNREADABLE, "ada", None, None, "x: not a number")
    assert str(finding) == "unreadable: player 'ada': x: not a number"


def test_a_control_character_does_not_break_the_line_of_a_finding():
    assert "\n" not in str(Finding(Violation.UNREADABLE, "a\nb", "c\nd", None, "reason"))
