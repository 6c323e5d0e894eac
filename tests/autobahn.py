"""The Autobahn|Testsuite against an echo server around the daemon's own protocol class, over real sockets.

    python2.7 -m virtualenv /tmp/suite && /tmp/suite/bin/pip install autobahntestsuite
    python -m tests.autobahn /tmp/suite/bin/wstest              # and again with MMOD_PURE=1

The suite needs Python 2.7, so `make test` does not run it; `tests/unit/net/test_conformance.py` has its cases by hand.
Prints the cases that failed, and how many there were; exit status 1 when any failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import txaio
from twisted.internet import reactor
from twisted.internet.defer import ensureDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.threads import deferToThread

from mmod.net.clients import ClientFactory
from mmod.net.public import public_root
from mmod.net.seats import Seats
from mmod.net.site import QuietSite
from mmod.net.upgrade import UpgradeResource
from mmod.session.settings import SessionSettings
from tests.unit.net.test_conformance import Echo
from tests.unit.net.wire import PAGE

#: All groups but those of limits and performance (9) and of compression (12, 13), which is declined.
CASES = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]

#: What the suite says of a case that went as RFC 6455 has it, or where it asks for nothing.
PASSED = {"OK", "INFORMATIONAL"}


def echo_site():
    """Return a site whose WebSockets say back whatever they hear."""
    txaio.use_twisted()
    txaio.config.loop = reactor
    seats = Seats(100, 0)
    factory = ClientFactory(Echo, SessionSettings(max_message_bytes=1 << 25), reactor, seats)
    return QuietSite(public_root(UpgradeResource(factory, ()), PAGE, {}), reactor, 10.0, seats)


def failed_cases(wstest, port):
    """Run the suite; return the cases that failed, and how many there were."""
    with tempfile.TemporaryDirectory() as directory:
        spec = Path(directory) / "spec.json"
        server = {"agent": "mmod", "url": f"ws://127.0.0.1:{port}/ws"}
        unwanted = {"exclude-cases": [], "exclude-agent-cases": {}}
        spec.write_text(json.dumps({"outdir": directory, "servers": [server], "cases": CASES, **unwanted}))
        subprocess.run([wstest, "-m", "fuzzingclient", "-s", str(spec)], check=True, stdout=subprocess.DEVNULL)
        cases = json.loads((Path(directory) / "index.json").read_text())["mmod"]
    failed = {name for name, case in cases.items() if not {case["behavior"], case["behaviorClose"]} <= PASSED}
    return failed, Counter(case["behavior"] for case in cases.values())


async def run(wstest):
    """Serve while the suite runs; return whether a case failed."""
    port = await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(echo_site())
    failed, counted = await deferToThread(failed_cases, wstest, port.getHost().port)
    print(*sorted(failed), dict(counted), sep="\n")  # noqa: T201
    return bool(failed)


def main(wstest):
    """Return the exit status."""
    reactor.seconds = time.monotonic
    outcome = []
    running = ensureDeferred(run(wstest)).addBoth(outcome.append)
    running.addBoth(lambda _: reactor.stop())
    reactor.run()
    if isinstance(outcome[0], bool):
        return int(outcome[0])
    outcome[0].printTraceback()
    return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
