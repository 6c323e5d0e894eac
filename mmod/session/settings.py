"""The limits of a session; defaults from protocol.md.  Units: seconds, bytes, messages."""

from __future__ import annotations

from attrs import frozen


@frozen
class SessionSettings:
    """How long a client may take, and how much it may send and leave unread."""

    #: From the open socket to `hello`.
    hello_timeout: float = 5.0
    #: Without any message (pings and pongs do not count).
    idle_timeout: float = 30.0
    #: For which a resume token is good after the connection ended.
    resume_ttl: float = 60.0
    #: The largest message a client may send.
    max_message_bytes: int = 32 * 1024
    #: Messages per second a client may send for ever, and how many at once.
    message_rate: float = 60.0
    message_burst: int = 120
    #: Between WebSocket pings; telemetry follows each pong.
    ping_interval: float = 1.0
    #: Without a pong before the connection is dropped.
    ping_timeout: float = 10.0
    #: Unsent bytes from which a client counts as not reading and misses snapshots.
    unsent_limit: int = 64 * 1024
    #: For which it may stay over that limit before it is dropped.
    unsent_timeout: float = 10.0
    #: Origins allowed beside those of the same host and of this machine, as `scheme://host[:port]`.
    allowed_origins: tuple[str, ...] = ()
