"""What each client has in sight, and who came and went since it was last told: itself first, then the others in the
order of their slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import ne
from typing import NamedTuple

import numpy as np
from attrs import frozen
from msgspec import Struct
from numpy.typing import NDArray

from mmod.world.interest import Views

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

#: Room for slots beside the number of a viewer in a key: 2**40 slots, and eight million viewers.
SLOT_BITS = 40

#: Above every key.
NO_KEY = np.iinfo(np.int64).max


class Sight(Struct, frozen=True, gc=False):  # a Struct, since it is made for every state, in a third of the time
    """What one client was last sent: which scene, at which tick, and the slots of whom it saw in it, as bytes."""

    scene: int
    tick: int
    slots: bytes


#: What a client was sent that has just joined.
NOTHING = Sight(0, 0, b"")


@frozen(eq=False)
class Lists:
    """A list for each viewer: that of viewer `i` is `of[offsets[i]:offsets[i + 1]]`."""

    offsets: Ints
    of: Ints

    def part(self, first: int, last: int) -> Lists:
        """Return the lists of the viewers from `first` to before `last`."""
        offsets = self.offsets[first : last + 1]
        return Lists(offsets - offsets[0], self.of[offsets[0] : offsets[-1]])

    def split(self) -> list[bytes]:
        """Return each list as bytes."""
        content, size = self.of.tobytes(), self.of.itemsize
        return [content[first:last] for first, last in pairwise((self.offsets * size).tolist())]

    def keys(self) -> Ints:
        """Return a number for each entry of lists of slots; they ascend through all lists."""
        counts = np.diff(self.offsets)
        bases = np.arange(len(counts)) << SLOT_BITS
        keys = np.repeat(bases, counts) + self.of + 1
        keys[self.offsets[:-1][counts > 0]] = bases[counts > 0]  # the viewer itself comes first, whatever its slot
        return keys


def with_themselves(views: Views) -> Lists:
    """Return the rows of a frame that each viewer sees, its own first."""
    offsets = views.offsets + np.arange(len(views.offsets))
    return Lists(offsets, np.insert(views.rows, views.offsets[:-1], views.viewers))


class CrowdChange(NamedTuple):
    """Who came and went for one viewer: places in its old list, and in its new one."""

    viewer: int
    left: list[int]
    entered: list[int]


@frozen(eq=False)
class Comparison:
    """How the new lists of viewers compare with their old ones."""

    #: For each entry of the new lists, whether it was in the old one.
    stayed: Truths
    #: Of those viewers for whom anybody came or went.
    changes: Sequence[CrowdChange]


def compared(old: Sequence[bytes], seen: Sequence[bytes], new: Lists, known: Truths) -> Comparison:
    """Compare what viewers were sent with what they see now: lists of slots, of which `seen` and `new` are the same.

    `known` says of each entry of `new` whether its slot holds the same entity as then.  Most viewers see whom they saw,
    which comparing bytes tells; only the lists of the others are matched.
    """
    differ = np.array(list(map(ne, old, seen)))
    differ |= np.logical_or.reduceat(~known, new.offsets[:-1])
    stayed = np.repeat(~differ, np.diff(new.offsets))
    changed, entries = np.flatnonzero(differ), np.flatnonzero(~stayed)
    before = _lists([np.frombuffer(old[viewer], dtype=np.int64) for viewer in changed.tolist()])
    now = Lists(_offsets(np.diff(new.offsets)[changed]), new.of[entries])
    left, stayed[entries] = _matched(before, now, known[entries])
    places = zip(changed.tolist(), _places(before, left), _places(now, ~stayed[entries]), strict=True)
    return Comparison(stayed, [CrowdChange(*change) for change in places])


def _matched(old: Lists, new: Lists, known: Truths) -> tuple[Truths, Truths]:
    """Return which entries of the old lists are not in the new ones, and which of the new were in the old ones."""
    keys = new.keys()
    old_keys = np.append(old.keys(), NO_KEY)
    found = np.searchsorted(old_keys, keys)
    stayed = known & (old_keys[found] == keys)
    left = np.ones(len(old.of), dtype=np.bool_)
    left[found[stayed]] = False
    return left, stayed


def _places(lists: Lists, marked: Truths) -> list[list[int]]:
    """Return for each list where in it the marked entries stand."""
    entries = np.flatnonzero(marked)
    places = (entries - np.repeat(lists.offsets[:-1], np.diff(lists.offsets))[entries]).tolist()
    return [places[first:last] for first, last in pairwise(np.searchsorted(entries, lists.offsets).tolist())]


def _lists(each: Sequence[Ints]) -> Lists:
    of = np.concatenate(each) if each else np.empty(0, dtype=np.int64)
    return Lists(_offsets(np.array([len(one) for one in each], dtype=np.int64)), of)


def _offsets(counts: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(counts)))
