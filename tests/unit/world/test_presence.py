import math

import pytest

from mmod.errors import BadRecord, DuplicateInstance, ExceedsBulk, UnknownPlayer, WorldFull
from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import Movement
from mmod.items.templates import Catalogue, ItemTemplate
from mmod.spatial.vector import Vector
from mmod.world.commands import Equip, Evict, Grant, Join, Leave, Move, Place, Restore, SetSkill
from mmod.world.events import (
    EquipmentChanged,
    HandedOver,
    InventoryChanged,
    ItemsMoved,
    Joined,
    Left,
    Refused,
    SkillsChanged,
)
from mmod.world.state import PlayerState, Sequences, Versions

CAP = ItemInstance("cap-1", "cap")
STATE = PlayerState(
    name="Ada",
    x=1000.0,
    z=-3.0,
    inventory=Inventory((Stowed(CAP, "belt"),)),
    skills={"melee": 4},
    versions=Versions(7, 8, 9),
    sequences=Sequences(40, 3, (5,)),
)
EAST = Vector(1.0, 0.0)


def refusal(events):
    (event,) = events
    assert isinstance(event, Refused)
    return type(event.error)


def run(engine, ticks):
    return [event for _ in range(ticks) for event in engine.step().events]


# --- joining ---


def test_a_newcomer_appears_at_the_spawn_with_its_kit(make_engine):
    engine = make_engine(spawn=Vector(300.0, 4.0))
    assert engine.apply(Join("ada", "Ada", starting_items=(CAP,), starting_skills=(("melee", 2),))) == (
        Joined("ada", attached=False),
        ItemsMoved("ada", (Movement("cap-1", "cap", 1, None, "carried:backpack"),), "starting"),
    )
    player = engine.player("ada")
    assert (player.name, player.pos, player.owned_cell, player.connected) == ("Ada", (300.0, 4.0), (1, 0), True)
    assert player.inventory.items == (Stowed(CAP, "backpack"),)
    assert player.skills == {"melee": 2}
    assert player.handover_tick is None


def test_newcomers_spread_uniformly_over_the_disc_of_the_spawn(make_engine):
    engine = make_engine(spawn=Vector(50.0, 50.0), spawn_radius=20.0)
    for number in range(400):
        engine.apply(Join(f"p{number}", ""))
    distances = [math.dist(engine.player(name).pos, (50.0, 50.0)) for name in engine.players()]
    assert max(distances) <= 20.0
    inner = sum(distance <= 20.0 / math.sqrt(2.0) for distance in distances)
    assert inner == pytest.approx(200, abs=40)


def test_a_spawn_at_the_edge_of_the_world_is_clamped(make_engine):
    engine = make_engine(spawn=Vector(100.0, 100.0), spawn_radius=50.0, bounds=100.0)
    for number in range(20):
        engine.apply(Join(f"p{number}", ""))
    assert all(max(engine.player(name).pos) <= 100.0 for name in engine.players())


def test_a_player_comes_back_where_it_was_with_what_it_had(engine):
    engine.apply(Join("ada", "Ada II", STATE, starting_items=(ItemInstance("other", "cap"),)))
    player = engine.player("ada")
    assert (player.name, player.pos, player.vel, player.owned_cell) == ("Ada II", (1000.0, -3.0), (0.0, 0.0), (3, -1))
    assert (player.inventory, player.skills, player.versions) == (STATE.inventory, STATE.skills, STATE.versions)


def test_a_saved_position_outside_the_bounds_is_clamped(make_engine):
    engine = make_engine(bounds=500.0)
    engine.apply(Join("ada", "Ada", STATE))
    assert engine.player("ada").pos == (500.0, -3.0)


def test_sequences_begin_anew_unless_the_session_resumes(engine):
    engine.apply(Join("ada", "Ada", STATE))
    engine.apply(Join("bob", "Bob", PlayerState("Bob", sequences=STATE.sequences), resumed=True))
    assert engine.player("ada").sequences == Sequences()
    assert engine.player("bob").sequences == STATE.sequences


def test_a_resumed_session_ignores_what_it_took_before(engine):
    engine.apply(Join("ada", "Ada", STATE, resumed=True))
    engine.apply(Move("ada", 40, EAST))
    assert engine.apply(Equip("ada", "cap-1", "head", 0.0, seq=5)) == ()
    assert engine.step().frame is None
    assert engine.player("ada").pos == (1000.0, -3.0)
    engine.apply(Move("ada", 41, EAST))
    assert len(engine.apply(Equip("ada", "cap-1", "head", 0.0, seq=4))) == 4
    engine.step()
    assert engine.player("ada").pos.x > 1000.0
    assert engine.player("ada").sequences == Sequences(41, 5)


@pytest.mark.parametrize(
    "state",
    [
        PlayerState("Ada", inventory=Inventory((Stowed(ItemInstance("i", "nothing"), "belt"),))),
        PlayerState("Ada", equipment=WornState({"tail": CAP})),
        PlayerState("Ada", x=math.nan),
    ],
)
def test_a_bad_record_raises_and_changes_nothing(engine, state):
    before = engine.frame().digest()
    with pytest.raises(BadRecord):
        engine.apply(Join("ada", "Ada", state))
    assert engine.player("ada") is None
    assert engine.frame().digest() == before
    assert engine.apply(Join("ada", "Ada")) == (Joined("ada", attached=False),)


def test_an_item_that_another_player_has_makes_the_record_bad(engine):
    engine.apply(Join("bob", "Bob", starting_items=(CAP,)))
    with pytest.raises(BadRecord, match="cap-1"):
        engine.apply(Join("ada", "Ada", STATE))
    assert engine.players() == ("bob",)
    assert engine.metrics_snapshot().item_violations == 1


def test_a_starting_item_is_refused_when_it_exists_or_fits_nowhere(engine):
    engine.apply(Join("bob", "Bob", starting_items=(CAP,)))
    assert refusal(engine.apply(Join("ada", "Ada", starting_items=(CAP,)))) is DuplicateInstance
    crates = (ItemInstance("a", "crate"), ItemInstance("b", "crate"))
    assert refusal(engine.apply(Join("ada", "Ada", starting_items=crates))) is ExceedsBulk
    assert engine.players() == ("bob",)


def test_a_full_world_refuses_newcomers_and_takes_back_its_own(make_engine):
    engine = make_engine(max_players=1)
    engine.apply(Join("ada", "Ada"))
    engine.apply(Leave("ada"))
    assert refusal(engine.apply(Join("bob", "Bob"))) is WorldFull
    assert refusal(engine.apply(Place("bob", "Bob", Vector(0, 0), Vector(0, 0)))) is WorldFull
    assert engine.apply(Join("ada", "Ada")) == (Joined("ada", attached=True),)
    engine.apply(Evict("ada"))
    assert engine.apply(Join("bob", "Bob")) == (Joined("bob", attached=False),)


# --- attaching ---


@pytest.fixture
def walking(engine):
    """Ada, who has walked east for a second, with a cap and a skill."""
    engine.apply(Join("ada", "Ada", starting_items=(CAP,)))
    engine.apply(SetSkill("ada", "melee", 5))
    engine.apply(Move("ada", 9, EAST))
    engine.apply(Equip("ada", "cap-1", "head", 0.0, seq=1))
    run(engine, 20)
    return engine


@pytest.mark.parametrize("lingering", [False, True])
def test_the_live_state_wins_over_the_stored_one(walking, lingering):
    if lingering:
        walking.apply(Leave("ada"))
    before = walking.player("ada")
    assert walking.apply(Join("ada", "Countess", STATE)) == (Joined("ada", attached=True),)
    after = walking.player("ada")
    assert (after.name, after.connected) == ("Countess", True)
    for part in ("pos", "inventory", "equipment", "skills", "versions"):
        assert getattr(after, part) == getattr(before, part)


def test_a_new_session_begins_standing_still_with_new_sequences(walking):
    walking.apply(Join("ada", "Ada"))
    assert walking.player("ada").sequences == Sequences()
    walking.step()
    assert walking.player("ada").vel == (0.0, 0.0)
    walking.apply(Move("ada", 1, EAST))
    assert walking.player("ada").sequences.ack == 1


def test_a_resumed_session_walks_on_with_its_sequences(walking):
    walking.apply(Join("ada", "Ada", resumed=True))
    assert walking.player("ada").sequences == Sequences(9, 1)
    walking.step()
    assert walking.player("ada").vel == (3.0, 0.0)


# --- leaving ---


def test_who_leaves_stops_and_stays_for_ten_seconds(walking):
    assert walking.apply(Leave("ada")) == ()
    assert not walking.player("ada").connected
    before = walking.player("ada").pos
    assert run(walking, 199) == []
    assert walking.player("ada").pos == before
    assert walking.player("ada").vel == (0.0, 0.0)
    assert walking.step().events == (Left("ada"),)
    assert walking.player("ada") is None
    assert walking.players() == ()


def test_who_comes_back_in_time_stays(walking):
    walking.apply(Leave("ada"))
    run(walking, 150)
    walking.apply(Join("ada", "Ada"))
    assert run(walking, 300) == []
    walking.apply(Leave("ada"))
    assert run(walking, 199) == []
    assert run(walking, 1) == [Left("ada")]


def test_leaving_twice_does_not_prolong_the_stay(walking):
    walking.apply(Leave("ada"))
    run(walking, 100)
    walking.apply(Leave("ada"))
    assert run(walking, 100) == [Left("ada")]


def test_an_input_after_the_end_of_the_connection_moves_nobody(walking):
    walking.apply(Leave("ada"))
    before = walking.player("ada").pos
    walking.apply(Move("ada", 99, EAST))
    run(walking, 5)
    assert walking.player("ada").pos == before


def test_without_lingering_leaving_is_immediate(make_engine):
    engine = make_engine(linger=0.0)
    engine.apply(Join("ada", "Ada"))
    assert engine.apply(Leave("ada")) == (Left("ada"),)
    assert engine.players() == ()


def test_several_leave_in_the_order_in_which_their_connections_ended(make_engine):
    engine = make_engine(linger=1.0)
    for name in ("a", "b", "c"):
        engine.apply(Join(name, name))
    for name in ("c", "a", "b"):
        engine.apply(Leave(name))
    assert run(engine, 20) == [Left("c"), Left("a"), Left("b")]


def test_an_evicted_player_is_gone_at_once(walking):
    assert walking.apply(Evict("ada")) == (Left("ada"),)
    assert walking.player("ada") is None
    assert run(walking, 300) == []


@pytest.mark.parametrize("command", [Leave("x"), Evict("x"), Restore("x", STATE)])
def test_who_is_not_there_cannot_leave_or_be_restored(engine, command):
    assert refusal(engine.apply(command)) is UnknownPlayer


# --- placing and restoring ---


def test_a_placed_player_comes_in_and_walks(engine):
    assert engine.apply(Place("ada", "Ada", Vector(1.0, 2.0), Vector(2.0, 0.0))) == (Joined("ada", attached=False),)
    assert (engine.player("ada").pos, engine.player("ada").vel) == ((1.0, 2.0), (2.0, 0.0))
    run(engine, 20)
    assert engine.player("ada").pos == pytest.approx((3.0, 2.0))


def test_placing_again_moves_renames_and_hands_over(walking):
    events = walking.apply(Place("ada", "Countess", Vector(300.0, 0.0), Vector(0.0, 1.0)))
    assert events == (HandedOver("ada", (0, 0), (1, 0)),)
    player = walking.player("ada")
    assert (player.name, player.pos, player.vel) == ("Countess", (300.0, 0.0), (0.0, 1.0))
    assert player.skills == {"melee": 5}


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_place_that_is_not_finite_raises(engine, bad):
    with pytest.raises(ValueError, match="not finite"):
        engine.apply(Place("ada", "Ada", Vector(bad, 0.0), Vector(0.0, 0.0)))
    with pytest.raises(ValueError, match="not finite"):
        engine.apply(Place("ada", "Ada", Vector(0.0, 0.0), Vector(0.0, bad)))
    assert engine.players() == ()


def test_a_restored_player_has_what_was_saved_and_every_part_is_shown_again(engine):
    engine.apply(Join("ada", "Ada"))
    engine.apply(Grant("ada", ItemInstance("other", "anvil")))
    engine.apply(Move("ada", 5, EAST))
    events = engine.apply(Restore("ada", STATE))
    kinds = [type(event) for event in events]
    assert kinds == [HandedOver, ItemsMoved, InventoryChanged, EquipmentChanged, SkillsChanged]
    player = engine.player("ada")
    assert (player.pos, player.inventory, player.skills) == ((1000.0, -3.0), STATE.inventory, STATE.skills)
    assert player.versions == Versions(8, 9, 10)
    assert player.sequences.ack == 5
    assert player.encumbrance.movement_penalty == 1.0
    assert len(engine.apply(Grant("ada", ItemInstance("other", "cap")))) == 3


def test_templates_come_with_a_restored_state(engine):
    hat = PlayerState("Ada", inventory=Inventory((Stowed(ItemInstance("h", "hat"), "belt"),)))
    engine.apply(Join("ada", "Ada"))
    with pytest.raises(BadRecord):
        engine.apply(Restore("ada", hat))
    templates = Catalogue({"hat": ItemTemplate("hat", "Hat", frozenset({"head"}), 1.0, 1.0)})
    engine.apply(Restore("ada", hat, templates))
    engine.apply(Equip("ada", "h", "head", 0.0))
    assert engine.player("ada").equipment.slots["head"].instance_id == "h"


def test_a_bad_record_to_restore_changes_nothing(walking):
    before = walking.player("ada")
    templates = Catalogue({"hat": ItemTemplate("hat", "Hat")})
    with pytest.raises(BadRecord):
        walking.apply(Restore("ada", PlayerState("Ada", x=math.inf), templates))
    assert walking.player("ada") == before
    (event,) = walking.apply(Grant("ada", ItemInstance("h", "hat")))
    assert event.error.code == "unknown_template"


def test_an_item_of_another_player_cannot_be_restored(walking):
    walking.apply(Join("bob", "Bob"))
    with pytest.raises(BadRecord, match="cap-1"):
        walking.apply(Restore("bob", STATE))
