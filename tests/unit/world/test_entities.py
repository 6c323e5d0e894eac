import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.spatial.vector import Vector
from mmod.world.entities import FIRST_CAPACITY, NEVER, Entities, put
from mmod.world.frame import Kind

HERE = Vector(300.0, -1.0)


def inhabited(*ids):
    entities = Entities(256.0)
    for entity_id in ids:
        entities.add(entity_id, entity_id.upper(), Kind.PLAYER, HERE)
    return entities


def test_a_new_entity_stands_still_in_the_cell_that_owns_it():
    entities = inhabited("a")
    slot = entities.slot("a")
    assert entities.position_of(slot) == HERE
    assert entities.velocity_of(slot) == (0.0, 0.0)
    assert entities.owned_cell(slot) == (1, -1)
    assert entities.previous_cell(slot) == (1, -1)
    assert entities.handover_tick[slot] == NEVER


def test_nothing_of_the_last_tenant_stays_in_a_slot():
    entities = inhabited("a")
    slot = entities.slot("a")
    entities.velocity[slot] = entities.desired[slot] = 3.0
    entities.factor[slot], entities.ack[slot], entities.handover_tick[slot], entities.retarget_tick[slot] = 0.5, 9, 9, 9
    entities.remove("a")
    assert entities.add("b", "B", Kind.BOT, HERE) == slot
    assert entities.velocity[slot].tolist() == entities.desired[slot].tolist() == [0.0, 0.0]
    assert (entities.factor[slot], entities.ack[slot]) == (1.0, 0)
    assert (entities.handover_tick[slot], entities.retarget_tick[slot]) == (NEVER, 0)


def test_serials_tell_every_tenant_of_a_slot_and_every_name_from_all_others():
    entities = inhabited("a", "b")
    seen = {*entities.frame(0).serials.tolist()}
    entities.remove("a")
    entities.add("a", "A", Kind.PLAYER, HERE)
    entities.rename("b", "Ben")
    entities.rename("b", "Ben")
    assert len(seen | {*entities.frame(0).serials.tolist()}) == 4
    entities.position[entities.slot("a")] = 1.0
    assert len(seen | {*entities.frame(2).serials.tolist()}) == 4


def test_the_lowest_free_slot_is_taken_first():
    entities = inhabited("a", "b", "c", "d")
    for gone in ("d", "a", "c"):
        entities.remove(gone)
    assert [entities.add(name, name, Kind.BOT, HERE) for name in ("e", "f", "g", "h")] == [0, 2, 3, 4]


def test_growing_keeps_what_is_there_and_goes_on_with_the_next_slot():
    names = [f"n{number}" for number in range(3 * FIRST_CAPACITY)]
    entities = inhabited(*names)
    assert [entities.slot(name) for name in names] == list(range(len(names)))
    assert entities.population.ids == tuple(names)
    assert (entities.position[: len(names)] == HERE).all()


def test_two_entities_cannot_have_one_id():
    with pytest.raises(ValueError, match="'a' is in the world already"):
        inhabited("a", "a")


def test_the_population_is_one_value_until_it_changes():
    entities = inhabited("a", "b")
    before = entities.population
    entities.rename("a", "A")
    assert entities.population is before
    entities.rename("a", "Ada")
    assert entities.population.names == ("Ada", "B")
    assert before.names == ("A", "B")


def test_the_population_tells_players_from_bots():
    entities = inhabited("a")
    entities.add("bot-1", "bot-1", Kind.BOT, HERE)
    entities.add("b", "B", Kind.PLAYER, HERE)
    population = entities.population
    assert (population.players.tolist(), population.bots.tolist()) == ([0, 2], [1])
    assert population.rows == {"a": 0, "b": 2}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9))))
def test_slots_behave_like_a_list_with_gaps(history):
    entities, slots = Entities(256.0), [None] * 20
    for add, number in history:
        name = f"n{number}"
        if add and name not in slots:
            slots[slots.index(None)] = name
            entities.add(name, name, Kind.BOT, HERE)
        elif not add and name in slots:
            slots[slots.index(name)] = None
            entities.remove(name)
    assert entities.population.ids == tuple(name for name in slots if name)
    assert entities.population.slots.tolist() == [slot for slot, name in enumerate(slots) if name]
    assert len(entities) == len(entities.population.ids)


def test_a_frame_does_not_change_with_the_world():
    entities = inhabited("a", "b")
    frame = entities.frame(7)
    digest = frame.digest()
    entities.position[:] = 9.0
    entities.ack[:] = 5
    entities.remove("a")
    assert frame.digest() == digest
    assert frame.ids == ("a", "b")


def test_a_frame_holds_the_living_in_the_order_of_slots():
    entities = inhabited("a", "b", "c")
    entities.remove("b")
    entities.ack[entities.slot("c")] = 12
    frame = entities.frame(7)
    assert (frame.tick, frame.ids, frame.names) == (7, ("a", "c"), ("A", "C"))
    assert frame.slots.tolist() == [0, 2]
    assert frame.acks.tolist() == [0, 12]
    assert frame.cell.tolist() == [[1, -1], [1, -1]]
    assert frame.position.tolist() == [[300.0, -1.0]] * 2


def test_pairs_are_put_where_an_assignment_puts_them():
    column, slots = np.arange(20.0).reshape(10, 2), np.array([7, 2, 5])
    pairs = np.arange(6.0).reshape(2, 3).T  # not in one piece
    expected = column.copy()
    expected[slots] = pairs
    put(column, slots, pairs)
    assert column.tolist() == expected.tolist()
