"""One or more examples of every message, as they appear in the published schemas."""

from __future__ import annotations

from mmod.items.encumbrance import Encumbrance
from mmod.items.instances import ItemInstance, Stowed
from mmod.wire.messages import (
    AnyClientMessage,
    AnyServerMessage,
    CellName,
    EntityView,
    Equip,
    EquipmentResult,
    EquipmentResultData,
    EquipmentView,
    Error,
    ErrorData,
    Handover,
    HandoverData,
    Hello,
    Input,
    Intent,
    InventoryView,
    JoinAck,
    JoinAckData,
    PlayerView,
    Point,
    State,
    StateData,
    Telemetry,
    TelemetryData,
    Unequip,
    WorldConfig,
    WornItem,
)

_TOKEN = "5nT0yqGm2JxLd3Vw8Zk1oRb7cHs4eUa6iPf9QyXtMvE"  # noqa: S105 - an example

_SWORD = ItemInstance("6b0a2f4e-0d0f-4f5c-9a53-0f4f3f1f7a11", "sword_iron", 1, 100.0)
_POTIONS = ItemInstance("0c4e9d64-7a0d-4a43-8b0b-2f1d8f1c9b02", "potion_health", 3, 100.0)

_LOAD = Encumbrance(
    current_weight=3.8,
    max_weight=100.0,
    current_bulk=3.0,
    max_bulk=90.0,
    weight_pct=0.038,
    bulk_pct=0.033,
    movement_penalty=1.0,
)
_INVENTORY = InventoryView(
    items=(Stowed(_POTIONS, "belt"),),
    compartment_caps={"backpack": 50.0, "belt": 10.0, "craft_bag": 30.0},
    weight_limit=100.0,
    encumbrance=_LOAD,
)
_EQUIPMENT = EquipmentView({"main_hand": WornItem(_SWORD, cooldown_remaining=1.4)})
_SKILLS = {"melee": 10}

CLIENT_EXAMPLES: tuple[AnyClientMessage, ...] = (
    Hello("dev:ada"),
    Hello("dev:ada", resume=_TOKEN, lastSeq=17),
    Input(seq=18, dt=0.05, intent=Intent(1.0, 0.0)),
    Equip(seq=4, instance_id=_SWORD.instance_id, slot="main_hand"),
    Unequip(seq=5, slot="main_hand"),
    Unequip(seq=6, slot="head", compartment="craft_bag"),
)

SERVER_EXAMPLES: tuple[AnyServerMessage, ...] = (
    JoinAck(
        JoinAckData(
            playerID="ada",
            cell=CellName(0, 0),
            resumeToken=_TOKEN,
            resumed=True,
            ack=17,
            tick=1234,
            pos=Point(0.0, 0.0),
            config=WorldConfig(
                tick_hz=20,
                snapshot_hz=10,
                aoi_radius=128.0,
                cell_size=256.0,
                handover_hysteresis=2.0,
                move_speed=3.0,
            ),
            inventory=_INVENTORY,
            equipment=_EQUIPMENT,
            skills=_SKILLS,
            encumbrance=_LOAD,
        )
    ),
    State(
        StateData(
            ack=18,
            tick=1240,
            player=PlayerView("ada", Point(0.9, 0.0), Point(3.0, 0.0)),
            entities=[
                EntityView("ben", Point(-20.0, 7.125), Point(0.0, 0.0), "player", "Ben"),
                EntityView("bot-7", Point(4.2, -8.0), Point(1.5, 0.0), "bot", "bot-7"),
            ],
        )
    ),
    State(
        StateData(
            ack=18,
            tick=1242,
            player=PlayerView("ada", Point(1.2, 0.0), Point(3.0, 0.0)),
            entities=[],
            inventory=_INVENTORY,
            equipment=_EQUIPMENT,
            skills=_SKILLS,
        )
    ),
    Handover(HandoverData(origin=CellName(0, 0), target=CellName(1, 0))),
    EquipmentResult(EquipmentResultData("equip", "main_hand", True, "success", "equipped", 4)),
    EquipmentResult(
        EquipmentResultData("equip", "main_hand", False, "skill_gate", "Iron Sword needs melee 10; it is 3", 7)
    ),
    Telemetry(TelemetryData(tick_rate=20.0, rtt_ms=12.5)),
    Error(ErrorData("rate_limited", "too many messages")),
    Error(ErrorData("bad_request", "the first message must be hello")),
)
