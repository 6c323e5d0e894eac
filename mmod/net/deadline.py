"""How long an administrator waits for an answer."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import MmodError, Unavailable

T = TypeVar("T")

#: Seconds: a healthy store answers in a fraction of one, and common HTTP clients wait 10 or more.
PATIENCE = 5.0

TOO_LATE = (
    f"the store has not answered within {PATIENCE:g} s, and what was asked for may still be done; "
    "repeat the request, a grant with its Idempotency-Key"
)

log = Logger(namespace="mmod.net.deadline")


def in_time(work: Coroutine[Any, Any, T], clock: IReactorTime) -> Deferred[T]:
    """Return what work comes to; fail with `Unavailable` when that takes longer than `PATIENCE`.

    The work itself goes on: what has been applied to the world waits for the store and becomes durable when it can.
    """
    answer: Deferred[T] = Deferred()
    too_late = clock.callLater(PATIENCE, lambda: answer.errback(Unavailable(TOO_LATE)))

    def finished(result: T | Failure) -> None:
        if too_late.active():
            too_late.cancel()
            answer.callback(result)  # a failure goes the way of failures
        elif isinstance(result, Failure) and not result.check(MmodError):
            log.failure("what an admin request waited for has failed", result)

    Deferred.fromCoroutine(work).addBoth(finished)
    return answer
