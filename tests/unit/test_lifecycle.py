import pytest
from twisted.internet.defer import Deferred

from mmod.errors import LocalError, StoreTooNew
from mmod.lifecycle import OrderedService, Part


class Bench:
    """Parts that note what happens to them; those named in `slow` wait for the test, those in `broken` fail."""

    def __init__(self, *names, slow=(), broken=None):
        self.events = []
        self.failures = []
        self.waiting = {}
        self._slow = slow
        self._broken = broken or {}
        self.service = OrderedService([self._part(name) for name in names], self.failures.append)

    def _part(self, name):
        return Part(name, lambda: self._act(f"start {name}"), lambda: self._act(f"stop {name}"))

    async def _act(self, event):
        self.events.append(event)
        if event in self._slow:
            self.waiting[event] = Deferred()
            await self.waiting[event]
            self.events.append(f"{event} done")
        if event in self._broken:
            raise self._broken[event]

    def start(self):
        self.service.startService()

    def stop(self):
        stopped = []
        self.service.stopService().addBoth(stopped.append)
        return stopped


def test_parts_start_in_order_and_stop_in_reverse():
    bench = Bench("a", "b", "c")
    bench.start()
    assert bench.stop() == [None]
    assert bench.events == ["start a", "start b", "start c", "stop c", "stop b", "stop a"]


def test_each_start_is_waited_for():
    bench = Bench("a", "b", slow=["start a"])
    bench.start()
    assert bench.events == ["start a"]
    bench.waiting["start a"].callback(None)
    assert bench.events == ["start a", "start a done", "start b"]


def test_each_stop_is_waited_for():
    bench = Bench("a", "b", slow=["stop b"])
    bench.start()
    stopped = bench.stop()
    assert bench.events[2:] == ["stop b"]
    assert stopped == []
    bench.waiting["stop b"].callback(None)
    assert bench.events[3:] == ["stop b done", "stop a"]
    assert stopped == [None]


@pytest.mark.parametrize("failing", ["a", "b", "c"])
def test_a_start_that_fails_is_told_in_one_line_and_nothing_after_it_starts(failing):
    bench = Bench("a", "b", "c", broken={f"start {failing}": LocalError("the disk is full")})
    bench.start()
    assert bench.failures == [f"the {failing} did not start: the disk is full"]
    assert bench.events[-1] == f"start {failing}"


@pytest.mark.parametrize("failing", ["a", "b", "c"])
def test_after_a_failed_start_what_was_begun_is_stopped_the_failed_part_included(failing):
    bench = Bench("a", "b", "c", broken={f"start {failing}": StoreTooNew("newer")})
    bench.start()
    assert bench.stop() == [None]
    begun = "abc"[: "abc".index(failing) + 1]
    assert bench.events == [f"start {name}" for name in begun] + [f"stop {name}" for name in reversed(begun)]
    assert len(bench.failures) == 1


def test_an_unexpected_failure_is_told_with_its_kind():
    bench = Bench("a", broken={"start a": KeyError("x")})
    bench.start()
    assert bench.failures == ["the a did not start: KeyError: 'x'"]


@pytest.mark.parametrize("failing", ["a", "b", "c"])
def test_a_stop_that_fails_keeps_none_of_the_others_from_stopping(failing):
    bench = Bench("a", "b", "c", broken={f"stop {failing}": RuntimeError("stuck")})
    bench.start()
    assert bench.stop() == [None]
    assert bench.events[3:] == ["stop c", "stop b", "stop a"]


def test_what_went_wrong_at_the_stop_is_told():
    bench = Bench("a", "b", broken={"stop a": LocalError("the disk is full"), "stop b": KeyError("x")})
    bench.start()
    assert bench.stop() == [None]
    assert bench.failures == [
        "the b did not stop as it should: KeyError: 'x'",
        "the a did not stop as it should: the disk is full",
    ]


def test_a_stop_during_the_start_abandons_it_and_stops_what_was_begun():
    bench = Bench("a", "b", "c", slow=["start b"])
    bench.start()
    assert bench.stop() == [None]
    assert bench.events == ["start a", "start b", "stop b", "stop a"]
    assert bench.failures == []


def test_a_stop_before_any_start_is_done_at_once():
    bench = Bench("a")
    assert bench.stop() == [None]
    assert bench.events == []


def test_a_second_stop_waits_for_the_first_and_stops_nothing_twice():
    bench = Bench("a", "b", slow=["stop a"])
    bench.start()
    first, second = bench.stop(), bench.stop()
    assert (first, second) == ([], [])
    bench.waiting["stop a"].callback(None)
    assert (first, second) == ([None], [None])
    assert bench.events.count("stop b") == 1


def test_it_says_whether_it_is_stopping():
    bench = Bench("a", slow=["stop a"])
    bench.start()
    assert not bench.service.stopping
    bench.stop()
    assert bench.service.stopping
    bench.waiting["stop a"].callback(None)
    assert bench.service.stopping


def test_a_part_may_have_only_a_start_or_only_a_stop():
    events = []

    async def note():
        events.append("x")

    service = OrderedService([Part("only start", start=note), Part("only stop", stop=note)], events.append)
    service.startService()
    assert service.stopService().called
    assert events == ["x", "x"]
