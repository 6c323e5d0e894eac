"""Whether the compiled twins of the hot path are used.

Four modules exist twice: in Python with NumPy, which is how they are to be read, and compiled from Cython, where the
installation could build them.  Both give the same bytes, by the same tests; the compiled ones take less time
(docs/decisions/0012-compiled.md).  Either all of them are used or none.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

#: Set to anything, this environment variable has the daemon run on Python alone: to compare, and to rule them out.
SWITCH = "MMOD_PURE"

#: The compiled modules.
TWINS = ("mmod.spatial._reach", "mmod.wire._fragments", "mmod.wire.delta._bodies", "mmod.net._sockets")


def _usable() -> bool:
    if os.environ.get(SWITCH):
        return False
    try:
        for twin in TWINS:
            import_module(twin)
    except ImportError:
        return False
    return sys.byteorder == "little"  # they copy numbers as they stand in memory


#: Read by the modules that use one of two twins.
COMPILED = _usable()
