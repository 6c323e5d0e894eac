"""What makes the protocol of each client, with the limits of RFC 6455's side set."""

from __future__ import annotations

from collections.abc import Callable

from autobahn.twisted.websocket import WebSocketServerFactory
from twisted.internet.interfaces import IAddress, IReactorTime

from mmod.interfaces import IClientTransport
from mmod.net.intake import Intake
from mmod.net.seats import Seats
from mmod.net.websocket import ClientProtocol
from mmod.session.settings import SessionSettings
from mmod.shard.connection import Connection


class ClientFactory(WebSocketServerFactory):
    """Builds the protocol of each client."""

    noisy = False
    protocol: type[ClientProtocol] = ClientProtocol

    def __init__(
        self,
        connect: Callable[[IClientTransport], Connection],
        settings: SessionSettings,
        reactor: IReactorTime,
        seats: Seats,
    ) -> None:
        super().__init__(server="", reactor=reactor)
        self.setProtocolOptions(
            versions=[13],
            webStatus=False,
            failByDrop=False,
            openHandshakeTimeout=0,
            closeHandshakeTimeout=0,
            maxMessagePayloadSize=settings.max_message_bytes,
            maxFramePayloadSize=settings.max_message_bytes,
        )
        self._connect = connect
        self._settings = settings
        self._seats = seats
        self._intake = Intake(reactor)

    def buildProtocol(self, addr: IAddress | None) -> ClientProtocol:
        """Return the protocol for a client at `addr`."""
        protocol = self.protocol(
            self._connect, lambda: self._seats.give_up(addr), self._settings.unsent_limit, self.reactor, self._intake
        )
        protocol.factory = self
        return protocol
