"""Values that the store tests share: hypothesis strategies and short constructors."""

from hypothesis import strategies as st

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import Movement
from mmod.session.claims import ClaimRequest, Save
from mmod.session.columns import Basis
from mmod.session.ledger import Entry, ItemEvent
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.store.records import encoded
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


def owning(*instance_ids, worn=()):
    """Return a state that carries and wears caps."""
    return PlayerState(
        name="Ada",
        inventory=Inventory(tuple(Stowed(cap(instance_id), "backpack") for instance_id in instance_ids)),
        equipment=WornState({slot: cap(instance_id) for slot, instance_id in worn}),
    )


def cap(instance_id):
    return ItemInstance(instance_id, "cap")


def moving(instance_id, number, *, origin=None, target="carried:backpack", cause="grant", epoch=1, seq=0):
    """Return a ledger entry about a cap."""
    movement = Movement(instance_id, "cap", 1, origin, target)
    return Entry(epoch, number, ItemEvent(movement, cause, seq, 1_000.0 + number))


def claiming(player_id, *, token="next", presents=None, now=0.0, ended_by=0.0, ttl=60.0, name="Ada"):
    """Return a claim that leaves the mark of `token` and presents another."""
    presented = None if presents is None else token_hash(presents)
    return ClaimRequest(player_id, name, ResumeAttempt(presented, now, ended_by, ttl), token_hash(token))


def building(save, version, state):
    """Return the save that follows another and leaves to the row what it has written; `version` is the new one."""
    basis = Basis(save.version, encoded(save.state))
    return Save(save.player_id, save.epoch, version, state, columns=encoded(state), basis=basis)


def saving(player_id, epoch, version, x=0.0, ended_at=None, *, entries=(), state=None):
    """Return a save of a state at `x`, or of another."""
    return Save(player_id, epoch, version, state or at(x), ended_at, tuple(entries))
