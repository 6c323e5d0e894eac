import numpy as np
import pytest
from attrs import evolve

from mmod.world.frame import Frame, Kind


def frame(**changes):
    base = Frame(
        tick=4,
        slots=np.array([0, 3]),
        serials=np.array([1, 9]),
        position=np.array([[1.0, 2.0], [3.0, 4.0]]),
        velocity=np.array([[0.5, 0.0], [0.0, -0.5]]),
        kind=np.array([Kind.PLAYER, Kind.BOT], np.uint8),
        cell=np.array([[0, 0], [-1, 2]]),
        acks=np.array([7, 0]),
        ids=("ada", "bot-1"),
        names=("Ada", "bot-1"),
    )
    return evolve(base, **changes)


CHANGES = {
    "tick": 5,
    "slots": np.array([0, 4]),
    "position": np.array([[1.0, 2.0], [3.0, np.nextafter(4.0, 5.0)]]),
    "velocity": np.array([[0.5, 0.0], [0.0, 0.5]]),
    "kind": np.array([Kind.PLAYER, Kind.PLAYER], np.uint8),
    "cell": np.array([[0, 0], [2, -1]]),
    "acks": np.array([8, 0]),
    "ids": ("ad", "abot-1"),
    "names": ("Ada", "bot-2"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_the_digest_covers(part):
    assert frame(**{part: CHANGES[part]}).digest() != frame().digest()


def test_equal_pictures_have_equal_digests():
    assert frame().digest() == frame().digest()


def test_the_digest_is_the_same_on_every_machine_and_in_every_release():
    assert frame().digest().hex() == "2d34cb3b3feb35623962e4d906469111c9ba7d426fe3d0c1c008998992a1044d"


def test_byte_order_does_not_show_in_the_digest():
    assert frame(position=frame().position.astype(">f8")).digest() == frame().digest()


def test_rows_are_found_by_id():
    assert [frame().row("ada"), frame().row("bot-1")] == [0, 1]
    with pytest.raises(KeyError):
        frame().row("bob")


def test_kinds_have_the_protocols_names():
    assert [kind.wire_name for kind in Kind] == ["player", "bot"]
