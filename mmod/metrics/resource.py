"""The `/metrics` page."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from twisted.web.iweb import IRequest
from twisted.web.resource import Resource


class MetricsResource(Resource):
    """Answers with the registry in the format the scraper asks for.

    It collects in the reactor thread: that takes about a millisecond, and no other thread ever sees the instruments.
    """

    isLeaf = True

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._registry = registry

    def render_GET(self, request: IRequest) -> bytes:
        """Render all metrics."""
        accept = request.requestHeaders.getRawHeaders(b"accept") or [b""]
        encoder, content_type = choose_encoder(b",".join(accept).decode("latin-1"))
        request.setHeader(b"content-type", content_type.encode())
        body: bytes = encoder(self._registry)
        return body
