"""What the clients of a swarm do: how they walk, when they come, and whether they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import frozen

from mmod.swarm.walking import BorderRunner, CrowdMember, Ground, Walker, Wanderer


@frozen
class Pattern:
    """`walker` makes one for the ground of the swarm."""

    summary: str
    walker: Callable[[Ground], Walker]
    #: Part of the clients come all at once while the others are measured.
    storms: bool = False
    #: Connections break now and then and are resumed.
    reconnects: bool = False


def _border_runner(ground: Ground) -> Walker:
    return BorderRunner()


#: By the name on the command line; the first one is the default.
PATTERNS: Mapping[str, Pattern] = MappingProxyType(
    {
        "wander": Pattern("walk about, a new direction every few seconds", Wanderer),
        "crowd": Pattern("all gather in one place and see each other", CrowdMember),
        "border-run": Pattern("run to and fro across the borders of cells", _border_runner),
        "join-storm": Pattern("wander, while --storm more clients join at once", Wanderer, storms=True),
        "reconnect": Pattern("wander, lose the connection, resume at once", Wanderer, reconnects=True),
    }
)
