import pytest
from prometheus_client.parser import text_string_to_metric_families
from twisted.internet.task import Clock

from mmod.metrics.instruments import Instruments
from mmod.metrics.resource import MetricsResource
from mmod.net.seats import Seats
from mmod.net.site import QuietSite
from tests.unit.net.wire import Browser, request


def scrape(*headers):
    instruments = Instruments()
    for _ in range(3):
        instruments.ticks.inc()
    clock = Clock()
    return Browser(QuietSite(MetricsResource(instruments.registry), clock, 10.0, Seats(9, 0)), clock).send(
        request("GET /metrics HTTP/1.1", *headers)
    )


def test_the_page_can_be_parsed_and_shows_what_was_counted():
    browser = scrape()
    assert browser.status == 200
    assert browser.header("Content-Type")[0].startswith("text/plain; version=")
    (ticks,) = [
        family for family in text_string_to_metric_families(browser.body.decode()) if family.name == "mmod_ticks"
    ]
    assert ticks.samples[0].value == 3.0


def test_a_scraper_that_asks_for_openmetrics_gets_it():
    browser = scrape("Accept: application/openmetrics-text; version=1.0.0")
    assert browser.header("Content-Type")[0].startswith("application/openmetrics-text")
    assert browser.body.endswith(b"# EOF\n")


@pytest.mark.parametrize("accept", ["*/*", "text/html", "", "\xff", ";;;,,,"])
def test_whatever_is_asked_for_there_is_an_answer(accept):
    assert scrape(f"Accept: {accept}").status == 200
