"""Whether players can join, and if not, why: what `/readyz` says."""

from __future__ import annotations

from twisted.web.server import Request

from mmod.net.site import PlainResource, refusal, text


class Readiness:
    """The one place that knows; `reason` is None when players can join."""

    def __init__(self) -> None:
        self.reason: str | None = "starting"

    def ready(self) -> None:
        """Players can join."""
        self.reason = None

    def not_ready(self, reason: str) -> None:
        """Players cannot join."""
        self.reason = reason


class ReadinessResource(PlainResource):
    """`/readyz`: 200 and ok, or 503 and why not."""

    isLeaf = True

    def __init__(self, readiness: Readiness) -> None:
        super().__init__()
        self._readiness = readiness

    def answer(self, request: Request) -> bytes:
        """Return ok or the reason."""
        reason = self._readiness.reason
        return text(request, "ok") if reason is None else refusal(request, 503, reason)
