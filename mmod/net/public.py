"""What the public endpoint shows: the WebSocket, the browser client, and whether the process answers."""

from __future__ import annotations

from collections.abc import Mapping

from twisted.web.resource import IResource, Resource
from twisted.web.server import Request

from mmod.net.site import Health, NotFound, PlainResource
from mmod.web.files import StaticFile

#: The page may load what comes from here and talk to here, nothing else.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

#: The file at `/`.
INDEX = "index.html"


class PageFile(PlainResource):
    """One file for browsers; a `shared` one may be imported by the pages of any origin."""

    def __init__(self, file: StaticFile, shared: bool = False) -> None:
        super().__init__()
        self._file = file
        self._shared = shared

    def answer(self, request: Request) -> bytes:
        """Return the file."""
        request.setHeader(b"content-type", self._file.media_type.encode())
        request.setHeader(b"content-security-policy", CONTENT_SECURITY_POLICY.encode())
        request.setHeader(b"x-content-type-options", b"nosniff")
        request.setHeader(b"referrer-policy", b"no-referrer")
        request.setHeader(b"cache-control", b"no-cache")
        if self._shared:
            request.setHeader(b"access-control-allow-origin", b"*")
        return self._file.content


class StaticFolder(PlainResource):
    """`/static/`: exactly the files given."""

    isLeaf = True

    def __init__(self, files: Mapping[str, StaticFile]) -> None:
        super().__init__()
        self._files = files

    def answer(self, request: Request) -> bytes | int:
        """Return the file named by the rest of the path."""
        path = b"/".join(request.postpath or []).decode("utf-8", "replace")
        file = self._files.get(path)
        return NotFound().render(request) if file is None else PageFile(file).render(request)


def library(files: Mapping[str, StaticFile]) -> Resource:
    """Return `/client/`: the files of the client library, and room for more."""
    folder = PlainResource()
    for name, file in files.items():
        folder.putChild(name.encode(), PageFile(file, shared=True))
    return folder


def public_root(
    websocket: IResource,
    files: Mapping[str, StaticFile],
    client: Mapping[str, StaticFile],
    dev: IResource | None = None,
) -> Resource:
    """Return the root of the public site: `files` are the page's, `client` is for whoever writes a client, and `dev`
    is what exists under `--dev` only.
    """
    root = PlainResource()
    root.putChild(b"", PageFile(files[INDEX]))
    root.putChild(b"static", StaticFolder(files))
    root.putChild(b"client", library(client))
    root.putChild(b"healthz", Health())
    root.putChild(b"ws", websocket)
    if dev is not None:
        root.putChild(b"dev", dev)
    return root
