"""The admin site over a running world of the test, without a socket."""

import json

from attrs import frozen
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport
from twisted.web.resource import Resource

from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.items.templates import shipped_catalogue
from mmod.net.admin import AdminApi, Desk
from mmod.net.answers import SettingInEffect
from mmod.net.dossiers import Dossiers
from mmod.net.guard import Guard, GuardedSite
from mmod.net.livemap.streams import Streams
from mmod.net.movements import Movements
from mmod.net.readiness import Readiness, ReadinessResource
from mmod.net.server_info import server_info
from mmod.shard.quarantine import Quarantine
from mmod.web.files import StaticFile

TOKEN = "sesame"

#: The page of the live map and its files, and where they are.
MAP = {
    "index.html": StaticFile("text/html; charset=utf-8", b"<title>map</title>"),
    "app.js": StaticFile("text/javascript; charset=utf-8", b"'use strict'"),
}
PAGES = ("/", "/map/index.html", "/map/app.js")

SETTINGS = [SettingInEffect("world.tick_hz", 20, "default"), SettingInEffect("admin.token", "(hidden)", "--set")]


@frozen
class Answer:
    """One HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def refusal(self):
        """Status and code of a refusal."""
        assert set(self.json) == {"error"}
        assert set(self.json["error"]) == {"code", "message"}
        return self.status, self.json["error"]["code"]


class Call:
    """One request on a connection of its own; `answer` is None until it has come."""

    def __init__(self, site, request):
        self._wire = StringTransport()
        channel = site.buildProtocol(IPv4Address("TCP", "127.0.0.1", 4711))
        channel.makeConnection(self._wire)
        channel.dataReceived(request)

    @property
    def answer(self):
        head, end, body = self._wire.value().partition(b"\r\n\r\n")
        if not end:
            return None
        status, *lines = head.decode("latin-1").split("\r\n")
        fields = (line.partition(": ") for line in lines)
        return Answer(int(status.split()[1]), {name.lower(): value for name, _, value in fields}, body)


class Office:
    """An operator in front of a world."""

    def __init__(self, world):
        self.world = world
        book = Rulebook(ItemRules(), shipped_catalogue())
        self.streams = Streams(world.shard, world.clock, world.instruments)
        desk = Desk(
            world.shard,
            world.operations,
            Dossiers(world.shard, world.store, book),
            Movements(world.store),
            Quarantine(world.shard, world.store),
            SETTINGS,
            Resource(),
            ReadinessResource(Readiness()),
            server_info(book, dev=False, auth="dev"),
            self.streams,
            MAP,
        )
        api = AdminApi(desk, world.clock)
        self._site = GuardedSite(Guard(TOKEN, (), PAGES), api.app.resource(), world.clock, 10.0)

    def ask(self, method, path, body=None, **headers):
        """Send a request of HTTP/1.0, whose answer comes in one piece; a header given as a list is sent repeatedly."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {
            "Host": "localhost",
            "Authorization": f"Bearer {TOKEN}",
            "Content-Length": str(len(content)),
            **({} if body is None else {"Content-Type": "application/json"}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [
            f"{name}: {value}"
            for name, given in fields.items()
            for value in (given if isinstance(given, list) else [given])
        ]
        head = "\r\n".join([f"{method} {path} HTTP/1.0", *lines, "", ""])
        return Call(self._site, head.encode("latin-1") + content)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers).answer

    def post(self, path, body=None, **headers):
        """Send a request and let what it waits for be written; return the answer."""
        call = self.ask("POST", path, {} if body is None else body, **headers)
        self.world.turn(0.1)
        return call.answer
