"""Whatever a query says, a stream is opened or the request is refused in JSON."""

import json
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from mmod.net.livemap.resource import EDGES

from ..test_admin import AdminEndpoint
from ..wire import Browser, request

VALUES = st.one_of(
    st.integers(-(10**12), 10**12).map(str), st.text(max_size=12), st.sampled_from(["", "-0", "1e3", "0x1"])
)
QUERIES = st.lists(st.tuples(st.sampled_from([*EDGES, "tick"]), VALUES), max_size=6)


@given(QUERIES)
def test_any_query_opens_a_stream_or_is_refused(pairs):
    endpoint = AdminEndpoint()
    query = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)
    line = request(f"GET /events?{query} HTTP/1.1", host="localhost")
    browser = Browser(endpoint.site, endpoint.world.clock).send(line)
    assert browser.status in (200, 400)
    assert endpoint.streams.count == (browser.status == 200)
    if browser.status == 400:
        assert json.loads(browser.body)["error"]["code"] == "bad_request"
