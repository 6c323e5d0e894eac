from argparse import ArgumentParser

import pytest

from mmod.spatial.vector import Vector
from mmod.swarm.plan import add_arguments, planned
from mmod.swarm.targets import Target


def plan(*arguments):
    parser = ArgumentParser()
    add_arguments(parser)
    return planned(parser.parse_args(["ws://localhost/ws", *arguments]))


def test_the_defaults_are_a_hundred_wanderers():
    made = plan()
    assert (made.clients, made.storm, made.pattern, made.dialect, made.ramp) == (100, 0, "wander", "json", 1.0)
    assert made.tokens[0] == "dev:swarm-1"
    assert made.targets == ()


def test_a_storm_comes_on_top_of_the_clients():
    made = plan("--pattern", "join-storm", "--clients", "10", "--storm", "5")
    assert (made.clients, made.storm, len(made.tokens)) == (10, 5, 15)
    assert plan("--storm", "5").storm == 0


def test_tokens_come_from_a_file_if_one_is_given(tmp_path):
    path = tmp_path / "tokens"
    path.write_text("a\nb\n")
    assert plan("--tokens", str(path), "--clients", "2").tokens == ("a", "b")


def test_places_and_targets_are_read():
    made = plan("--centre", "-10.5", "20", "--spread", "0", "--require", "lost=0", "--require", "delivered=0.9")
    assert (made.ground.centre, made.ground.spread) == (Vector(-10.5, 20.0), 0.0)
    assert made.targets == (Target("lost", 0.0), Target("delivered", 0.9))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--clients", "0"),
        ("--clients", "many"),
        ("--seconds", "0"),
        ("--seconds", "nan"),
        ("--ramp", "-1"),
        ("--centre", "5"),
        ("--centre", "5", "nan"),
        ("--require", "speed=1"),
        ("--pattern", "sit"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        plan(*arguments)
    assert arguments[0] in capsys.readouterr().err
