import gc

import pytest
from twisted.internet.defer import CancelledError, Deferred

from mmod.client.errors import Closed, Kicked
from mmod.client.inbox import Channel


def asked(inbox):
    """Begin to wait for the next value."""
    return Deferred.fromCoroutine(inbox.__anext__())


def answer(waiting):
    """Return what a wait has ended with, None when it goes on."""
    found = []
    waiting.addBoth(found.append)
    return found[0] if found else None


def test_a_reader_is_given_what_comes_in_order():
    channel = Channel()
    inbox = channel.reader(10)
    channel.put(1)
    channel.put(2)
    assert [answer(asked(inbox)) for _ in range(2)] == [1, 2]
    waiting = asked(inbox)
    assert answer(waiting) is None
    channel.put(3)
    assert waiting.called


def test_a_slow_reader_loses_the_oldest():
    channel = Channel()
    newest, few = channel.reader(1), channel.reader(3)
    for number in range(10):
        channel.put(number)
    assert answer(asked(newest)) == 9
    assert [answer(asked(few)) for _ in range(3)] == [7, 8, 9]


def test_every_reader_is_given_everything():
    channel = Channel()
    one, other = channel.reader(5), channel.reader(5, first=[0])
    channel.put(1)
    assert answer(asked(one)) == 1
    assert [answer(asked(other)) for _ in range(2)] == [0, 1]


def test_an_end_comes_after_what_was_there_and_is_for_later_readers_too():
    channel = Channel()
    inbox = channel.reader(5)
    channel.put(1)
    channel.end(Kicked("out"))
    assert answer(asked(inbox)) == 1
    assert answer(asked(inbox)).check(Kicked)
    assert answer(asked(channel.reader(5))).check(Kicked)


def test_a_wait_ends_with_the_end():
    channel = Channel()
    waiting = asked(channel.reader(5))
    channel.end(Kicked("out"))
    assert answer(waiting).check(Kicked)


def test_a_close_just_ends_a_loop():
    channel = Channel()

    async def read():
        return [value async for value in channel.reader(5, first=[1])]

    reading = Deferred.fromCoroutine(read())
    channel.put(2)
    channel.end(Closed("closed"))
    assert answer(reading) == [1, 2]


def test_a_wait_may_be_cancelled_and_begun_again():
    channel = Channel()
    inbox = channel.reader(5)
    waiting = asked(inbox)
    waiting.cancel()
    assert answer(waiting).check(CancelledError)
    channel.put(1)
    assert answer(asked(inbox)) == 1


def test_two_cannot_read_one_inbox_at_once():
    inbox = Channel().reader(5)
    first = asked(inbox)
    assert answer(asked(inbox)).check(RuntimeError)
    inbox.put(1)
    assert answer(first) == 1


def test_a_reader_that_nobody_holds_is_forgotten():
    channel = Channel()
    channel.reader(5)
    gc.collect()
    assert not list(channel._readers)


@pytest.mark.parametrize("values", [0, 1])
def test_a_reader_who_reads_when_it_is_woken_may_open_another(values):
    channel = Channel()
    seen = []

    async def read():
        async for value in channel.reader(5):
            seen.append((value, channel.reader(5)))

    Deferred.fromCoroutine(read())
    for value in range(values + 1):
        channel.put(value)
    assert [value for value, _ in seen] == list(range(values + 1))
