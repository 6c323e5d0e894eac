"""Whether the compiled twins of the hot path are used.

Four modules exist twice: in Python with NumPy, which is how they are to be read, and compiled from Cython, where the
installation could build them.  Both give the same bytes, by the same tests; the compiled ones take less time
(docs/decisions/0012-compiled.md).  Either all of them are used or none.

This only looks whether they are there: whoever uses one imports it, and a twin that cannot be loaded ends the start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec

#: Set to anything, this environment variable has the daemon run on Python alone: to compare, and to rule them out.
SWITCH = "MMOD_PURE"

#: The compiled modules.
TWINS = ("mmod.spatial._reach", "mmod.wire._fragments", "mmod.wire.delta._bodies", "mmod.net._sockets")

#: The numbers they share with NumPy are of 64 bits, and copied as they stand in memory.
FITTING = sys.byteorder == "little" and sys.maxsize == 2**63 - 1


def obstacle(environment: Mapping[str, str], fitting: bool, found: Mapping[str, bool]) -> str | None:
    """Return why the twins, of which some were found, are not used; None when they are."""
    if environment.get(SWITCH):
        return f"{SWITCH} is set"
    if not fitting:
        return "this processor's numbers are not of 64 bits with the lowest first"
    missing = [name for name, there in found.items() if not there]
    return f"not built: {', '.join(missing)}" if missing else None


#: Why they are not used, None when they are.
OBSTACLE = obstacle(os.environ, FITTING, {name: find_spec(name) is not None for name in TWINS})

#: Read by the modules that use one of two twins.
COMPILED = OBSTACLE is None
