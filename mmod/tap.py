"""`twistd mmod`: options, and the one place that knows the global reactor."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from twisted.application.service import IService
from twisted.internet.error import ReactorNotRunning
from twisted.logger import Logger
from twisted.python import usage

from mmod.config import Settings, load_settings
from mmod.config.load import Given, parse_assignment
from mmod.config.options import parse_auth
from mmod.config.settings import DevAuth
from mmod.errors import ConfigError, LocalError
from mmod.service import Daemon, build

log = Logger(namespace="mmod")

#: What ends the daemon in good order: service managers send the first, a terminal the second.
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Options(usage.Options):
    """What the command line says."""

    synopsis = "[options]"
    longdesc = (
        "mmod, an authoritative world server for massively multiplayer games. Without any option it runs for "
        "development: on loopback, where anyone can be anyone, with SQLite in ./mmod-state. Every setting and its "
        "default stands in etc/mmod.toml."
    )
    optFlags = [["dev", None, "Allow development authentication: any dev:NAME is a player."]]  # noqa: N815
    optParameters = [  # noqa: N815 - usage.Options' name
        ["config", "c", None, "File with settings (TOML)."],
        ["listen", "l", None, "Public endpoint, listen.public (such as tcp:8080:interface=127.0.0.1)."],
        ["admin", "a", None, "Admin endpoint, listen.admin."],
        ["database", None, None, "Where players are saved, store.url (sqlite:///path or memory:)."],
        ["state-dir", None, None, "Directory for everything the daemon keeps (default ./mmod-state)."],
        ["auth", None, None, "Authentication as KIND or KIND:key=value:..., over [auth]."],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.assignments: list[str] = []

    def opt_set(self, assignment: str) -> None:
        """Give any setting a value, as section.key=value; may be repeated."""
        self.assignments.append(assignment)

    opt_s = opt_set

    def settings(self) -> Settings:
        """Return the settings, or raise `ConfigError`."""
        config, state_dir = self["config"], self["state-dir"]
        return load_settings(
            Path(config) if config else None,
            self._overrides(),
            dev=bool(self["dev"]),
            state_dir=Path(state_dir) if state_dir else None,
        )

    def _overrides(self) -> list[Given]:
        named = {"listen": "listen.public", "admin": "listen.admin", "database": "store.url"}
        given = [Given(key, self[option], f"--{option}") for option, key in named.items() if self[option] is not None]
        if self["auth"] is not None:
            given += parse_auth(self["auth"])
        return given + [parse_assignment(assignment) for assignment in self.assignments]


def makeService(options: Options) -> IService:  # noqa: N802 - twistd's name
    """Return the daemon; a wrong setting ends the process with one line and status 1."""
    from twisted.internet import reactor as global_reactor

    reactor: Any = global_reactor

    # Twisted's timers follow this clock.  The wall clock would make them wait for hours, or all ring at once, when
    # somebody sets it; nothing has been timed yet.
    reactor.seconds = time.monotonic
    try:
        settings = options.settings()
        _prepare(settings.state_dir)
        daemon = build(settings, reactor, lambda reason: _fail(reactor, reason))
    except LocalError as error:
        raise SystemExit(f"mmod: {error}") from None
    _handle_signals(reactor, daemon)
    reactor.callWhenRunning(_warn_of_development, settings)
    return daemon


def _prepare(state_dir: Path) -> None:
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--state-dir: {state_dir} cannot be made: {error.strerror}") from None


def _warn_of_development(settings: Settings) -> None:
    if isinstance(settings.auth, DevAuth):
        log.warn(
            "DEVELOPMENT AUTHENTICATION: anyone who reaches {endpoint} can be any player. "
            "Set [auth] before you let others in.",
            endpoint=settings.listen.public,
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
    """End the process with status 1; the reactor itself knows only how to end with 0.

    The reason goes to stderr too, like that of a wrong setting, past twistd, which has turned `sys.stderr` to the log.
    """
    log.critical("mmod: {reason}", reason=reason)
    if sys.__stderr__ is not None:
        sys.__stderr__.write(f"mmod: {reason}\n")
    atexit.register(_exit_with_failure)
    reactor.callWhenRunning(reactor.stop)


def _exit_with_failure() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)
