"""`/events`: a request becomes a stream."""

from __future__ import annotations

from twisted.web.server import NOT_DONE_YET, Request

from mmod.errors import BadRequest
from mmod.net.livemap.lens import Region
from mmod.net.livemap.stream import HEADERS
from mmod.net.livemap.streams import Streams
from mmod.net.parameters import query, whole_number
from mmod.net.site import PlainResource

#: The edges of a region, in cells, as the query names them.
EDGES = ("west", "south", "east", "north")


def region(request: Request) -> Region | None:
    """Return the region a query asks for: all four edges or none."""
    given = [name for name in EDGES if query(request, name) is not None]
    if not given:
        return None
    if len(given) < len(EDGES):
        raise BadRequest(f"a region has {', '.join(EDGES)}")
    return Region(*(whole_number(request, name) for name in EDGES))


class EventStream(PlainResource):
    """Hands the request over."""

    isLeaf = True

    def __init__(self, streams: Streams, region: Region | None) -> None:
        super().__init__()
        self._streams = streams
        self._region = region

    def answer(self, request: Request) -> bytes | int:
        """Open the stream; raises `Unavailable`."""
        if request.method == b"HEAD":
            request.setHeader(b"content-type", HEADERS[b"content-type"])
            return b""
        self._streams.open(request, self._region)
        return NOT_DONE_YET
