import json

import pytest
from twisted.internet.defer import Deferred
from twisted.logger import globalLogPublisher

from mmod.net.livemap.stream import STALLED
from mmod.net.livemap.streams import MOST_STREAMS, PACE

from ..test_admin import AdminEndpoint
from ..wire import Browser, request, unchunked


@pytest.fixture
def endpoint():
    return AdminEndpoint()


def opened(endpoint, query="", method="GET"):
    line = request(f"{method} /events{query} HTTP/1.1", host="localhost")
    return Browser(endpoint.site, endpoint.world.clock).send(line)


def events(browser):
    """Return kind and data of every event so far."""
    body = browser.written.partition(b"\r\n\r\n")[2]
    blocks = unchunked(body if body.endswith(b"0\r\n\r\n") else body + b"0\r\n\r\n").decode().split("\n\n")
    fields = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks if block]
    return [(field["event"], json.loads(field["data"])) for field in fields if "event" in field]


def pictures(browser):
    return [data for kind, data in events(browser) if kind == "picture"]


def streams(endpoint):
    return endpoint.world.metric("mmod_map_streams")


def skipped(endpoint):
    return endpoint.world.metric("mmod_map_events_skipped_total")


def test_a_stream_begins_with_a_whole_picture_at_once(endpoint):
    endpoint.world.join("Ada")
    endpoint.world.tick(2)
    browser = opened(endpoint)
    assert browser.status == 200
    assert browser.header("Content-Type") == ["text/event-stream"]
    assert browser.header("Cache-Control") == ["no-store"]
    (picture,) = pictures(browser)
    assert picture["world"]["cell_size"] == 256.0
    assert [named["id"] for named in picture["named"]] == ["ada"]
    assert picture["vitals"]["players"] == 1


def test_pictures_follow_a_few_times_a_second_and_show_who_moves(endpoint):
    ada = endpoint.world.join("Ada")
    endpoint.world.tick(2)
    browser = opened(endpoint)
    ada.input(1, x=1.0)
    endpoint.world.run(2.0)
    seen = pictures(browser)
    assert len(seen) == 1 + 2 * PACE
    assert [picture["tick"] for picture in seen] == sorted({picture["tick"] for picture in seen})
    (_, first, _), (_, last, _) = seen[0]["entities"][0], seen[-1]["entities"][0]
    assert first == 0
    assert 45 <= last <= 60


def test_bots_of_a_region_are_shown(endpoint):
    assert opened(endpoint, "?west=-1&south=-1&east=1&north=1").status == 200


@pytest.mark.parametrize("query", ["?west=1", "?west=a&south=1&east=1&north=1", "?west=1&south=1&east=1"])
def test_half_a_region_is_none(endpoint, query):
    browser = opened(endpoint, query)
    assert browser.status == 400
    assert json.loads(browser.body)["error"]["code"] == "bad_request"
    assert streams(endpoint) == 0


def test_a_head_request_opens_nothing(endpoint):
    browser = opened(endpoint, method="HEAD")
    assert (browser.status, browser.body) == (200, b"")
    assert streams(endpoint) == 0


def test_nothing_is_done_while_nobody_looks(endpoint):
    endpoint.world.turn(1.0)
    idle = len(endpoint.world.clock.getDelayedCalls())
    browser = opened(endpoint)
    assert streams(endpoint) == 1
    browser.socket.end()
    assert streams(endpoint) == 0
    assert len(endpoint.world.clock.getDelayedCalls()) == idle


def test_whoever_has_gone_is_sent_nothing(endpoint):
    browser, other = opened(endpoint), opened(endpoint)
    browser.socket.end()
    written = browser.written
    endpoint.world.turn(1 / PACE)
    assert browser.written == written
    assert len(pictures(other)) == 2


def test_a_slow_reader_misses_pictures_and_gets_the_newest_when_it_is_back(endpoint):
    endpoint.world.join("Ada")
    endpoint.world.tick(2)
    slow, other = opened(endpoint), opened(endpoint)
    slow.socket.producer.pauseProducing()
    endpoint.world.run(1.0)
    assert len(pictures(slow)) == 1
    assert len(pictures(other)) == 1 + PACE
    assert skipped(endpoint) == PACE
    bob = endpoint.world.join("Bob")
    slow.socket.producer.resumeProducing()
    endpoint.world.run(1 / PACE)
    _, newest = pictures(slow)
    assert newest["tick"] > pictures(slow)[0]["tick"] + 20
    assert [named["id"] for named in newest["named"]] == [bob.ack["playerID"]]


def test_a_reader_that_never_reads_again_loses_its_place(endpoint):
    slow, other = opened(endpoint), opened(endpoint)
    slow.socket.producer.pauseProducing()
    for _ in range(int((STALLED + 1) * PACE)):
        endpoint.world.turn(1 / PACE)
    assert slow.socket.aborted
    assert streams(endpoint) == 1
    assert not other.ended


def test_there_are_only_so_many_streams_and_places_come_back(endpoint):
    browsers = [opened(endpoint) for _ in range(MOST_STREAMS)]
    refused = opened(endpoint)
    assert refused.status == 503
    assert json.loads(refused.body)["error"]["code"] == "unavailable"
    browsers[0].socket.end()
    assert opened(endpoint).status == 200
    assert streams(endpoint) == MOST_STREAMS


def test_at_the_end_everybody_is_told_and_nobody_comes_in(endpoint):
    browsers = [opened(endpoint) for _ in range(2)]
    stopped = Deferred.fromCoroutine(endpoint.streams.stop())
    endpoint.world.turn()
    assert stopped.called
    for browser in browsers:
        assert events(browser)[-1] == ("end", {"reason": "stopping"})
        assert browser.written.endswith(b"0\r\n\r\n")
    assert streams(endpoint) == 0
    assert opened(endpoint).status == 503


def test_a_fault_in_one_picture_is_logged_and_the_next_one_follows(endpoint):
    browser, frame, logged = opened(endpoint), endpoint.world.shard.frame, []
    globalLogPublisher.addObserver(logged.append)
    try:
        endpoint.world.shard.frame = None
        endpoint.world.turn(1 / PACE)
    finally:
        globalLogPublisher.removeObserver(logged.append)
    assert any("log_failure" in event for event in logged)
    endpoint.world.shard.frame = frame
    endpoint.world.turn(1 / PACE)
    assert len(pictures(browser)) == 2
