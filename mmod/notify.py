"""Tells systemd how the daemon does (sd_notify(3)): ready, stopping, and alive while ticks are on time.

The protocol is one datagram a message to the socket that systemd names in the environment, so no library is needed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

log = Logger()


class Supervision:
    """Gives `send` what systemd should know, and feeds its watchdog every `interval` seconds (0: there is none).

    `on_time` says whether the world ticks as it should; only then is the watchdog fed, so that systemd restarts a
    daemon that stands still.
    """

    def __init__(
        self, send: Callable[[bytes], None], interval: float, clock: IReactorTime, on_time: Callable[[], bool]
    ) -> None:
        self._send = send
        self._interval = interval
        self._clock = clock
        self._on_time = on_time
        self._feeding: IDelayedCall | None = None

    def ready(self) -> None:
        """Players can join."""
        self._send(b"READY=1")
        self._feed()

    def stopping(self) -> None:
        """The daemon has begun to stop."""
        if self._feeding is not None and self._feeding.active():
            self._feeding.cancel()
        self._send(b"STOPPING=1")

    def _feed(self) -> None:
        if not self._interval:
            return
        if self._on_time():
            self._send(b"WATCHDOG=1")
        self._feeding = self._clock.callLater(self._interval, self._feed)


def sender(environment: Mapping[str, str]) -> Callable[[bytes], None]:
    """Return what sends a message to systemd; to nobody where the environment names no socket."""
    name = environment.get("NOTIFY_SOCKET", "")
    address = "\0" + name[1:] if name.startswith("@") else name

    def send(message: bytes) -> None:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.setblocking(False)
                sock.sendto(message, address)
        except OSError as error:
            log.warn("systemd could not be told {message!r}: {error}", message=message, error=error)

    return send if name else lambda message: None


def watchdog_interval(environment: Mapping[str, str]) -> float:
    """Return how often the watchdog wants to be fed, twice per its time, in seconds; 0 when there is none."""
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2e6 if microseconds.isdigit() else 0.0
