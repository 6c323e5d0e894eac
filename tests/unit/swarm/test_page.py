import re

from mmod.swarm.figures import FIGURES
from mmod.swarm.page import page

from .results import result


def test_the_page_has_every_figure_and_a_plot_of_everything():
    text = page(result(), "Measured today.")
    assert all(f"<code>{name}</code>" in text for name in FIGURES)
    assert text.count("<svg") == 5
    assert "Measured today." in text


def test_the_page_needs_nothing_else():
    text = page(result(), "Measured today.").replace("ws://game.example", "")
    assert not re.search(r"//|src=|href=|url\(|@import|<script", text)


def test_the_page_escapes_what_it_is_told_and_holds_no_token():
    text = page(result(complaints=["lost is <i>"]), "<today>")
    assert "<b>" not in text
    assert "<i>" not in text
    assert "<today>" not in text
    assert "secret" not in text


def test_a_server_that_cannot_be_seen_has_no_plot_of_its_memory():
    assert page(result(server=False), "Measured today.").count("<svg") == 4
