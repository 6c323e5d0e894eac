import weakref

import pytest

from mmod.net.ear import Ear
from mmod.net.frames import only_payload

from .test_frames import client_frame

TEXT, PONG = 0x81, 0x8A


class Listener:
    """Remembers who heard what."""

    def __init__(self):
        self.heard = []
        self.ear = Ear(
            lambda payload, binary: self.heard.append(("message", payload, binary)),
            lambda payload: self.heard.append(("pong", payload)),
            lambda data: self.heard.append(("rest", data)),
        )
        self.ear.between = True


class Pupil:
    """Listens to everything."""

    def message(self, payload, binary):
        pass

    def rest(self, data):
        pass


@pytest.fixture
def listener():
    return Listener()


def test_one_whole_short_message_and_a_pong_go_to_those_who_want_them(listener):
    listener.ear.received(client_frame(b"{}", TEXT))
    listener.ear.received(client_frame(b"\xff", PONG))
    assert listener.heard == [("message", b"{}", False), ("pong", b"\xff")]


@pytest.mark.parametrize(
    "data",
    [
        client_frame(b"{}", TEXT) * 2,
        client_frame(b"{}", TEXT)[:-1],
        client_frame(b"{}", TEXT)[:3],
        client_frame(b"{}", TEXT) + b"\x81",
        client_frame(b"\xff", TEXT),
        client_frame(b"{}", 0x82),
        client_frame(b"{}", 0x01),
        client_frame(b"{}", 0x88),
        client_frame(b"{}", 0x89),
        client_frame(b"{}", 0xC1),
        b"\x81\x02{}",
        b"\x81\xfe\x00\x7e" + b"\0" * 130,
        b"\x81",
    ],
    ids=[
        "two",
        "cut short",
        "head cut short",
        "more behind it",
        "not UTF-8",
        "binary",
        "a fragment",
        "a close",
        "a ping",
        "reserved bits",
        "not masked",
        "long",
        "one octet",
    ],
)
def test_everything_else_is_the_rest(listener, data):
    listener.ear.received(data)
    assert listener.heard == [("rest", data)]
    assert only_payload(data) is None


def test_while_the_protocol_is_within_a_message_all_is_the_rest(listener):
    listener.ear.between = False
    listener.ear.received(client_frame(b"{}", TEXT))
    assert listener.heard == [("rest", client_frame(b"{}", TEXT))]


def test_an_ear_that_has_ended_hears_nothing(listener):
    listener.ear.end()
    for data in (client_frame(b"{}", TEXT), b"\x81"):
        listener.ear.received(data)
    assert listener.heard == []


def test_an_ear_that_has_ended_holds_nobody():
    pupil = Pupil()
    held, ear = weakref.ref(pupil), Ear(pupil.message, pupil.rest, pupil.rest)
    ear.end()
    del pupil
    assert held() is None
