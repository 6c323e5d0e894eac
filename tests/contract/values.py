"""Values that the store tests share: hypothesis strategies and short constructors."""

from hypothesis import strategies as st

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.session.claims import ClaimRequest, Save
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.world.state import PlayerState, Sequences, Versions

#: All text a store holds.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_ids = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=80)
_counts = st.integers(0, 2**70)
_finite = st.floats(allow_nan=False, allow_infinity=False)
_items = st.builds(ItemInstance, _ids, _ids, st.integers(1, 1_000_000), st.floats(0, 100))

states = st.builds(
    PlayerState,
    name=texts,
    x=_finite,
    z=_finite,
    inventory=st.builds(Inventory, st.lists(st.builds(Stowed, _items, texts), max_size=3).map(tuple)),
    equipment=st.builds(
        WornState, st.dictionaries(texts, _items, max_size=3), st.dictionaries(texts, _finite, max_size=3)
    ),
    skills=st.dictionaries(texts, _counts, max_size=3),
    versions=st.builds(Versions, _counts, _counts, _counts),
    sequences=st.builds(Sequences, _counts, _counts, st.lists(_counts, max_size=3).map(tuple)),
)


def at(x, name="Ada"):
    """Return a state that is told from others by its position."""
    return PlayerState(name=name, x=float(x))


def claiming(player_id, *, token="next", presents=None, now=0.0, ended_by=0.0, ttl=60.0, name="Ada"):
    """Return a claim that leaves the mark of `token` and presents another."""
    presented = None if presents is None else token_hash(presents)
    return ClaimRequest(player_id, name, ResumeAttempt(presented, now, ended_by, ttl), token_hash(token))


def saving(player_id, epoch, version, x=0.0, ended_at=None):
    """Return a save of a state at `x`."""
    return Save(player_id, epoch, version, at(x), ended_at)
