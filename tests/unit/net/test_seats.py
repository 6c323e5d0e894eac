import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.address import IPv4Address, UNIXAddress

from mmod.net.seats import Seats, affordable


def address(host, port=1):
    return IPv4Address("TCP", host, port)


def test_there_are_as_many_seats_as_said():
    seats = Seats(2, 0)
    assert [seats.take(address("a", port)) for port in range(3)] == [True, True, False]
    seats.give_up(address("a", 99))
    assert seats.take(address("b"))


def test_one_address_has_its_own_limit():
    seats = Seats(10, 2)
    assert [seats.take(address("a", port)) for port in range(3)] == [True, True, False]
    assert seats.take(address("b"))


def test_a_refusal_takes_no_seat():
    seats = Seats(1, 1)
    assert seats.take(address("a"))
    assert not seats.take(address("a"))
    seats.give_up(address("a"))
    assert seats.take(address("a"))


@pytest.mark.parametrize("peer", [None, UNIXAddress(b"/run/x"), UNIXAddress(None)])
def test_clients_without_a_host_count_as_one_address(peer):
    seats = Seats(10, 1)
    assert seats.take(peer)
    assert not seats.take(None)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=60))
def test_the_limits_hold_whatever_comes_and_goes(steps):
    seats, taken = Seats(4, 2), []
    for comes, host in steps:
        if comes:
            expected = len(taken) < 4 and taken.count(host) < 2
            assert seats.take(address(host)) is expected
            taken += [host] * expected
        elif host in taken:
            seats.give_up(address(host))
            taken.remove(host)


@pytest.mark.parametrize(
    ("wanted", "descriptors", "offered"),
    [(10_000, 1_000_000, 10_000), (10_000, 10_300, 10_000), (10_000, 1_024, 724), (10_000, 64, 32), (5, 64, 5)],
)
def test_no_more_seats_are_offered_than_there_are_descriptors_for(wanted, descriptors, offered):
    assert affordable(wanted, descriptors) == offered
