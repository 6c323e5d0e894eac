"""Something between the daemon and PostgreSQL that loses the server's answer to a chosen COMMIT."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from urllib.parse import quote

from tests.functional.harness.waiting import PATIENCE
from tests.postgres import PostgresServer

#: What PostgreSQL calls its socket in a directory, with the default port.
SOCKET = ".s.PGSQL.5432"

#: A question in SQL.  After its kind, which only the first message of a connection lacks, a message has its length.
QUERY = b"Q"
LENGTH = 4

#: Bytes read at once.
CHUNK = 65536


class Proxy:
    """Passes everything on, but for one answer: see `lose_commit_of`."""

    def __init__(self, server: PostgresServer, directory: Path) -> None:
        self._server = server
        self._directory = directory
        self._marked: tuple[bytes, ...] | None = None
        self._lost = Event()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(directory / SOCKET))
        self._listening.listen()
        Thread(target=self._accept, name="proxy", daemon=True).start()

    def url(self, url: str) -> str:
        """Return the URL by way of the proxy for a URL of the server."""
        return url.replace(quote(str(self._server.directory)), quote(str(self._directory)))

    def lose_commit_of(self, *texts: str) -> None:
        """Hang up instead of passing on the answer to the next COMMIT of a transaction in which these were sent."""
        self._lost.clear()
        self._marked = tuple(text.encode() for text in texts)

    def lost(self) -> None:
        """Return when that has happened: the server has committed, and the daemon does not know."""
        assert self._lost.wait(PATIENCE), "nothing was committed"

    def close(self) -> None:
        """Take no more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def loses(self, transaction: bytes) -> bool:
        """Tell whether the answer to the commit of a transaction is to be lost; that happens once."""
        lost = self._marked is not None and all(text in transaction for text in self._marked)
        if lost:
            self._marked = None
        return lost

    def has_lost(self) -> None:
        """Let the test go on."""
        self._lost.set()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server.directory / SOCKET))
                conversation = Conversation(self, client, server)
                for work in (conversation.ask, conversation.answer):
                    Thread(target=work, daemon=True).start()


class Conversation:
    """One connection and its other half."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._mute = False

    def ask(self) -> None:
        """Pass on what the daemon says; by the time it commits, it has had all earlier answers."""
        transaction = b""
        with suppress(OSError):
            for kind, message in _messages(self._client):
                if kind == QUERY and message.endswith(b"COMMIT\0"):
                    self._mute = self._proxy.loses(transaction)
                    transaction = b""
                else:
                    transaction += message
                self._server.sendall(message)
        self._hang_up()

    def answer(self) -> None:
        """Pass on what the server says, until that is the answer to lose."""
        with suppress(OSError):
            while (answer := self._server.recv(CHUNK)) and not self._mute:
                self._client.sendall(answer)
        self._hang_up()
        if self._mute:
            self._proxy.has_lost()

    def _hang_up(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(server: PostgresServer) -> Iterator[Proxy]:
    """Yield a proxy before a server."""
    with TemporaryDirectory(prefix="mmod-proxy-") as directory:
        proxy = Proxy(server, Path(directory))
        yield proxy
        proxy.close()


def _messages(client: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the whole of each message."""
    buffer, kind_size = b"", 0
    while received := client.recv(CHUNK):
        buffer += received
        while len(buffer) >= (head := kind_size + LENGTH):
            size = kind_size + int.from_bytes(buffer[kind_size:head], "big")
            if len(buffer) < size:
                break
            yield buffer[:kind_size], buffer[:size]
            buffer, kind_size = buffer[size:], 1
