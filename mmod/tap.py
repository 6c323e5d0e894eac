"""`twistd mmod`: the one place that knows the global reactor."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from typing import Any

from twisted.application.service import IService
from twisted.internet.error import ReactorNotRunning
from twisted.logger import Logger

from mmod.auth.kinds import DevRules
from mmod.config import Options, Settings
from mmod.config.state_dir import prepare
from mmod.errors import LocalError
from mmod.service import Daemon, build
from mmod.speedups import OBSTACLE

log = Logger(namespace="mmod")

__all__ = ["Options", "makeService"]

#: What ends the daemon in good order: service managers send the first, a terminal the second.
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def makeService(options: Options) -> IService:  # noqa: N802 - twistd's name
    """Return the daemon; a wrong setting ends the process with one line and status 1."""
    from twisted.internet import reactor as global_reactor

    reactor: Any = global_reactor

    # Twisted's timers follow this clock.  The wall clock would make them wait for hours, or all ring at once, when
    # somebody sets it; nothing has been timed yet.
    reactor.seconds = time.monotonic
    try:
        loaded = options.loaded()
        prepare(loaded.settings.state_dir)
        _raise_file_limit()
        daemon = build(loaded, reactor, lambda reason: _fail(reactor, reason), os.environ)
    except LocalError as error:
        raise SystemExit(f"mmod: {error}") from None
    _handle_signals(reactor, daemon)
    reactor.callWhenRunning(_warn_of_development, loaded.settings)
    reactor.callWhenRunning(_tell_of_twins)
    return daemon


def _raise_file_limit() -> None:
    """Allow as many open files as the system lets us: each player is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _warn_of_development(settings: Settings) -> None:
    if isinstance(settings.auth, DevRules):
        log.warn(
            "DEVELOPMENT AUTHENTICATION: anyone who reaches {endpoint} can be any player. "
            "Set [auth] before you let others in.",
            endpoint=settings.listen.public,
        )


def _tell_of_twins() -> None:
    if OBSTACLE is None:
        log.info("the loops over clients and entities are compiled")
    else:
        log.info(
            "the loops over clients and entities are Python alone, so that a core serves fewer players ({obstacle})",
            obstacle=OBSTACLE,
        )


def _handle_signals(reactor: Any, daemon: Daemon) -> None:
    """Stop at the first signal, stop sooner at the second.

    Twisted's own handlers would end the process by the signal once everything has stopped; this one exits with 0.  It
    stands from now on, and is also what the reactor installs when it runs.
    """

    def stop() -> None:
        try:
            reactor.stop()
        except ReactorNotRunning:  # it is stopping already
            daemon.hurry()
        else:
            log.info("stopping")

    def handle(number: int, frame: object = None) -> None:
        reactor.callFromThread(stop)

    reactor.sigTerm = reactor.sigInt = handle
    for number in STOP_SIGNALS:
        signal.signal(number, handle)


def _fail(reactor: Any, reason: str) -> None:
    """End the process with status 1, also while it stops; the reactor itself knows only how to end with 0.

    The reason goes to stderr too, like that of a wrong setting, past twistd, which has turned `sys.stderr` to the log.
    """
    log.critical("mmod: {reason}", reason=reason)
    if sys.__stderr__ is not None:
        sys.__stderr__.write(f"mmod: {reason}\n")
    atexit.register(_exit_with_failure)
    reactor.callWhenRunning(_stop, reactor)


def _stop(reactor: Any) -> None:
    with suppress(ReactorNotRunning):  # it is stopping already
        reactor.stop()


def _exit_with_failure() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)
