"""How a player comes into the world, and out of it."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from random import Random
from types import TracebackType

from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint

from mmod.client.address import address
from mmod.client.address import endpoint as endpoint_to
from mmod.client.backoff import Backoff
from mmod.client.player import Player
from mmod.client.socket import dialling
from mmod.wire.dialects import Dialect


class Stay:
    """A player in the world from the beginning of a block to its end."""

    def __init__(self, player: Player) -> None:
        self._player = player

    async def __aenter__(self) -> Player:
        """Join; raises `JoinRefused` or `ConnectionFailed` when that fails."""
        try:
            await self._player.join()
        except BaseException:  # of a join that was cancelled, too, nothing may be left
            await self._player.close()
            raise
        return self._player

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Leave."""
        await self._player.close()


def connect(
    url: str,
    *,
    token: str | Callable[[], str],
    reactor: IReactorTime,
    dialect: Dialect = Dialect.JSON,
    patience: float = inf,
    endpoint: IStreamClientEndpoint | None = None,
    random: Random | None = None,
) -> Stay:
    """Return a stay in a world, to be used as a block.

        async with connect("wss://game.example/ws", token=token, reactor=reactor) as me: ...

    A block, because a player must not be forgotten: at its end the socket is closed, whatever happened.  The reactor is
    an argument, so that tests give a clock and nothing here chooses one; `task.react` gives it to a program.

    - `token` proves who the player is; a function is asked anew for every connection, for tokens that expire.
    - `dialect`: `Dialect.DELTA` spares nine tenths and more of the network, and costs this machine more, since it is
      decoded in Python.
    - `patience`: the seconds for which new connections are tried after one was lost, for ever by default.
    - `endpoint` leads to the server in place of the URL's host and port: a Unix socket, TLS with an authority of one's
      own.
    - `random` is where the pauses between attempts take their chance from.

    The block raises `JoinRefused` or `ConnectionFailed` when the first attempt fails; a URL of another kind raises
    `ValueError` here.
    """
    where = endpoint or endpoint_to(reactor, address(url))
    player = Player(
        dialling(url, where, dialect, reactor),
        token if callable(token) else lambda: token,
        reactor=reactor,
        backoff=Backoff(random or Random()),
        patience=patience,
    )
    return Stay(player)
