import pytest
from attrs import define
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from mmod.errors import StoreAway, StoreError
from mmod.store.place import Patience
from mmod.store.pool import Pool

PATIENCE = Patience(size=2, acquire_timeout=1.0, most_waiting=3, first_backoff=0.5, longest_backoff=2.0)


@define(eq=False)
class FakeConnection:
    number: int
    closed_because: StoreAway | None = None
    #: Called when the server goes, None while somebody uses the connection.
    lost: object = None

    @property
    def closed(self):
        return self.closed_because is not None

    def close(self, reason):
        self.closed_because = self.closed_because or reason

    def rest(self, lost):
        self.lost = lost

    def wake(self):
        self.lost = None


class Bench:
    """A pool whose connections open when the test says so."""

    def __init__(self, patience=PATIENCE):
        self.clock = Clock()
        self.attempts = []
        self.connections = []
        self.borrowed = []
        self.pool = Pool("the server", self.connect, self.clock, patience)
        self.pool.open()

    def connect(self):
        attempt = Deferred()
        self.attempts.append(attempt)
        return attempt

    def accept(self):
        """Open the connections that are asked for."""
        for attempt in self.under_way():
            self.connections.append(FakeConnection(len(self.connections)))
            attempt.callback(self.connections[-1])

    def refuse(self, error):
        for attempt in self.under_way():
            attempt.errback(error)

    def under_way(self):
        return [attempt for attempt in self.attempts if not attempt.called]

    def borrow(self, within=5.0):
        self.borrowed.append(Borrowed(self.pool, within))  # or the garbage collector might end its work
        return self.borrowed[-1]


class Borrowed:
    """Work on a connection, which goes on until the test gives it a result."""

    def __init__(self, pool, within):
        self.connection = None
        self.result = None
        self.work = Deferred()
        self.running = Deferred.fromCoroutine(pool.run(self._use, within)).addBoth(self._end)

    async def _use(self, connection):
        self.connection = connection
        return await self.work

    def _end(self, result):
        self.result = getattr(result, "value", result)


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def full(bench):
    """A pool with both its connections open."""
    bench.accept()
    return bench


# --- lending ----------------------------------------------------------------------------------------------------------


def test_it_opens_as_many_connections_as_it_has_places(bench):
    assert len(bench.attempts) == 2


def test_work_gets_a_connection_of_its_own_and_its_result_is_returned(full):
    one, two = full.borrow(), full.borrow()
    assert one.connection is not two.connection
    one.work.callback("done")
    assert one.result == "done"


def test_a_connection_is_watched_only_while_nobody_uses_it(full):
    borrowed = full.borrow()
    assert borrowed.connection.lost is None
    borrowed.work.callback(None)
    assert borrowed.connection.lost is not None


def test_a_connection_is_lent_again_after_work_that_failed(full):
    one, _ = full.borrow(), full.borrow()
    one.work.errback(ValueError("no such item"))
    assert isinstance(one.result, ValueError)
    assert full.borrow().connection is one.connection


def test_who_waits_is_served_in_order(full):
    first, _, third, fourth = [full.borrow() for _ in range(4)]
    assert (third.connection, fourth.connection) == (None, None)
    first.work.callback(None)
    assert (third.connection, fourth.connection) == (first.connection, None)


def test_nobody_waits_longer_than_the_time_to_acquire(full):
    borrowed = [full.borrow() for _ in range(3)]
    full.clock.advance(0.99)
    assert borrowed[2].result is None
    full.clock.advance(0.01)
    assert isinstance(borrowed[2].result, StoreAway)
    borrowed[0].work.callback(None)
    assert borrowed[2].connection is None


def test_only_so_many_may_wait(full):
    borrowed = [full.borrow() for _ in range(6)]
    assert [one.result for one in borrowed[:5]] == [None] * 5
    assert isinstance(borrowed[5].result, StoreAway)


def test_who_gives_up_waiting_is_not_served(full):
    first, _, third, fourth = [full.borrow() for _ in range(4)]
    third.running.cancel()
    assert isinstance(third.result, CancelledError)
    first.work.callback(None)
    assert fourth.connection is first.connection


def test_work_past_its_deadline_loses_its_connection(full):
    borrowed = full.borrow(within=5.0)
    full.clock.advance(4.99)
    assert not borrowed.connection.closed
    full.clock.advance(0.01)
    assert "no answer within 5 s" in str(borrowed.connection.closed_because)


def test_work_in_time_loses_nothing_later(full):
    borrowed = full.borrow(within=5.0)
    borrowed.work.callback(None)
    full.clock.advance(100)
    assert not borrowed.connection.closed


# --- coming and going -------------------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_yet_is_tried_ever_more_slowly(bench):
    tried = []
    for _ in range(5):
        bench.refuse(StoreAway("refused"))
        before = len(bench.attempts)
        waited = 0.0
        while len(bench.attempts) == before:
            bench.clock.advance(0.25)
            waited += 0.25
        tried.append(waited)
    assert tried == [0.5, 1.0, 2.0, 2.0, 2.0]


def test_who_waits_is_told_why_there_is_no_connection(bench):
    borrowed = bench.borrow()
    bench.refuse(StoreAway("connection refused"))
    bench.clock.advance(1.0)
    assert isinstance(borrowed.result, StoreAway)
    assert "connection refused" in str(borrowed.result)


def test_who_waits_is_served_when_the_server_comes(bench):
    borrowed = bench.borrow()
    bench.refuse(StoreAway("refused"))
    bench.clock.advance(0.5)
    bench.accept()
    assert borrowed.connection is bench.connections[0]


def test_nobody_waits_for_what_waiting_cannot_mend(bench):
    borrowed = bench.borrow()
    hopeless = StoreError("no such database")
    bench.refuse(hopeless)
    assert borrowed.result is hopeless


def test_a_connection_that_dies_idle_is_replaced_and_never_lent(full):
    dead, alive = full.connections
    dead.lost()
    assert dead.closed
    assert full.borrow().connection is alive
    full.clock.advance(0.5)
    full.accept()
    assert full.borrow().connection is full.connections[2]


def test_a_connection_that_was_closed_at_work_is_replaced(full):
    borrowed = full.borrow()
    borrowed.connection.close(StoreAway("gone"))
    borrowed.work.errback(StoreAway("gone"))
    assert not full.under_way()
    full.clock.advance(0.5)
    assert len(full.under_way()) == 1


def test_the_pause_is_short_again_after_a_success(bench):
    for _ in range(3):
        bench.refuse(StoreAway("refused"))
        bench.clock.advance(2.0)
    bench.accept()
    bench.connections[0].lost()
    bench.clock.advance(0.5)
    assert len(bench.under_way()) == 1


# --- closing ----------------------------------------------------------------------------------------------------------


def closed(bench):
    """Return a list that is not empty once the pool is closed."""
    done = []
    bench.pool.close().addCallback(lambda _: done.append(True))
    bench.clock.advance(0)
    return done


def test_closing_closes_what_is_idle_and_opens_nothing_more(full):
    assert closed(full)
    assert all(connection.closed for connection in full.connections)
    full.clock.advance(100)
    assert len(full.attempts) == 2


def test_closing_waits_for_work_and_for_who_waits(full):
    borrowed = [full.borrow() for _ in range(3)]
    done = closed(full)
    for one in borrowed:
        assert not done
        one.work.callback("done")
        full.clock.advance(0)
    assert done
    assert [one.result for one in borrowed] == ["done"] * 3


def test_closing_is_told_after_the_last_answer(full):
    order = []
    borrowed = full.borrow()
    borrowed.running.addCallback(lambda _: order.append("answer"))
    full.pool.close().addCallback(lambda _: order.append("closed"))
    borrowed.work.callback(None)
    full.clock.advance(0)
    assert order == ["answer", "closed"]


def test_closing_ends_when_those_who_wait_have_given_up(bench):
    borrowed = bench.borrow()
    done = closed(bench)
    assert not done
    bench.clock.advance(1.0)
    bench.clock.advance(0)
    assert done
    assert isinstance(borrowed.result, StoreAway)
    assert not bench.under_way()


def test_a_closed_pool_lends_nothing(full):
    assert closed(full)
    assert isinstance(full.borrow().result, StoreAway)


def test_closing_twice_is_closing_once(full):
    assert closed(full)
    assert closed(full)
