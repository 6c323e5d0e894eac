import gc
import weakref

import pytest

from mmod.garbage import settle, unsettle


@pytest.fixture
def settled():
    settle()
    yield
    unsettle()


class Node:
    pass


def cycle():
    first, second = Node(), Node()
    first.other, second.other = second, first
    return weakref.ref(first)


def test_what_exists_is_never_looked_at_again(settled):
    assert gc.get_freeze_count() > 0
    assert len(gc.get_objects()) < gc.get_freeze_count()


def test_cycles_that_come_later_are_still_found(settled):
    found = cycle()
    gc.collect()
    assert found() is None


def test_the_collector_is_left_as_it_was_found():
    before = gc.get_threshold()
    settle()
    assert gc.get_threshold() != before
    unsettle()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
