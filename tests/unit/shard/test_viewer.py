import json

import pytest

from mmod.items.equipment import Equipment
from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory
from mmod.shard.viewer import Viewer
from mmod.world.events import EquipmentChanged, InventoryChanged, SkillsChanged

from .bench import World


@pytest.fixture
def viewer():
    world = World()
    client = world.join()
    return Viewer(world.engine.player("ada"), client.connection, world.shard.items)


def load():
    return World().engine.add_or_update_player("x", "X", (0, 0), (0, 0)).encumbrance


def names(parts):
    return [name for name, _ in parts]


def test_right_after_the_join_nothing_is_due(viewer):
    assert list(viewer.due_parts(0.0)) == []


def test_a_changed_part_is_due_once_and_whole(viewer):
    viewer.changed(SkillsChanged("ada", 1, {"melee": 10}))
    assert list(viewer.due_parts(0.0)) == [("skills", b'{"melee":10}')]
    assert list(viewer.due_parts(0.0)) == []


def test_only_the_newest_of_several_changes_is_shown(viewer):
    viewer.changed(SkillsChanged("ada", 1, {"melee": 1}))
    viewer.changed(SkillsChanged("ada", 2, {"melee": 2}))
    assert list(viewer.due_parts(0.0)) == [("skills", b'{"melee":2}')]


def test_all_parts_come_in_one_order(viewer):
    viewer.changed(SkillsChanged("ada", 1, {}))
    viewer.changed(EquipmentChanged("ada", 1, Equipment()))
    viewer.changed(InventoryChanged("ada", 1, Inventory(), load()))
    assert names(viewer.due_parts(0.0)) == ["inventory", "equipment", "skills"]


def test_a_cooldown_is_shown_as_it_is_when_it_is_sent(viewer):
    worn = Equipment({"head": ItemInstance("i", "cap")}, {"head": 12.0})
    viewer.changed(EquipmentChanged("ada", 1, worn))
    ((_, payload),) = viewer.due_parts(11.5)
    assert json.loads(payload)["slots"]["head"]["cooldown_remaining"] == 0.5
    assert list(viewer.due_parts(13.0)) == []  # that it ran down is no change
