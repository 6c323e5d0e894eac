"""How Python's garbage collector is set for a daemon that must never stand still for long.

Reference counts free nearly everything here at once; the collector only finds cycles, such as those of a connection
that has ended.  To find them it looks at all containers of a generation in one go, which takes it a tenth of a second
for everything that a daemon holds, and in that time no tick is run and no message read.  So what the start has made is
never looked at again, the young are looked at in portions that take a few milliseconds, and the old very seldom.
"""

from __future__ import annotations

import gc

#: Containers that are made, and not freed, between two looks at the youngest: half a millisecond each.  Python's own
#: number, 700, makes a burst of saves look for cycles all the time.
YOUNG = 2_000

#: Looks at the youngest for each one at those that have survived one: 10,000 containers, two to five milliseconds.
MIDDLE = 4

#: Looks at those for each one at everything, so that 25 million containers must have come to stay for a while: in a
#: busy world that is hours.
OLD = 3_000

_PYTHONS = gc.get_threshold()


def settle() -> None:
    """Take what exists now as permanent, and look for garbage in small portions from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def unsettle() -> None:
    """Let the collector work as it does by itself."""
    gc.set_threshold(*_PYTHONS)
    gc.unfreeze()
