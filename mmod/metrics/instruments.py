"""Every metric of the daemon, in a registry of its own.

Labels are few and their values fixed: never an id, a name or an address.  Children are made once, here.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from mmod import __version__
from mmod.metrics.bulk import BulkCounter, BulkHistogram, LabelledHistogram, PlainHistogram

#: Seconds.  The tick has 50 ms; others must not see it later than 25 ms (reliability.md); with 100,000 bots it must
#: take 35 ms and should take 20 (bench/lines.py).
_TICK_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 1.0)
#: Seconds, for what waits for a disk or a network.
_WAIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_COUNT_BUCKETS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_BYTE_BUCKETS = (128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)

#: What a tick is made of, in order, for the label `phase`; see docs/metrics.md.
PHASES = ("inputs", "bots", "movement", "handover", "interest", "encode", "send")

#: What a client is told of an equip or unequip (protocol.md), for the label `code`.
EQUIPMENT_CODES = (
    "success",
    "illegal_slot",
    "skill_gate",
    "equip_locked",
    "item_not_found",
    "slot_empty",
    "exceeds_weight",
    "exceeds_bulk",
    "unknown_compartment",
    "unavailable",
    "unknown_player",
)


class Instruments:
    """The metrics, grouped by what they watch; units are in their names."""

    def __init__(self) -> None:
        disable_created_metrics()  # a second series for each counter, which nobody asks for
        registry = self.registry = CollectorRegistry()
        GCCollector(registry=registry)
        PlatformCollector(registry=registry)
        ProcessCollector(registry=registry)
        self._ticking(registry)
        self._clients(registry)
        self._world(registry)
        self._saving(registry)
        self._watching(registry)
        Gauge("mmod_build_info", "Version of the daemon.", ["version"], registry=registry).labels(__version__).set(1)

    def _ticking(self, registry: CollectorRegistry) -> None:
        self.ticks = BulkCounter("mmod_ticks", "World ticks done.", registry)
        self.ticks_dropped = Counter(
            "mmod_ticks_dropped", "Ticks left out because the loop was too late to catch up.", registry=registry
        )
        self.tick_errors = Counter("mmod_tick_errors", "Ticks that ended in an exception.", registry=registry)
        self.tick_duration = PlainHistogram(
            "mmod_tick_duration_seconds", "Time one tick took, snapshots included.", _TICK_BUCKETS, registry
        )
        self.tick_lateness = PlainHistogram(
            "mmod_tick_lateness_seconds", "Time a tick began after it was due.", _TICK_BUCKETS, registry
        )
        self.tick_phases = LabelledHistogram(
            "mmod_tick_phase_seconds", "Time each part of a tick took.", "phase", PHASES, _TICK_BUCKETS, registry
        ).children
        self.reactor_gap = Gauge(
            "mmod_reactor_gap_seconds",
            "Longest time, of the last half minute, that a timer due with a tick had to wait.",
            registry=registry,
        )

    def _clients(self, registry: CollectorRegistry) -> None:
        self.connections = Gauge("mmod_connections", "Open WebSocket connections.", registry=registry)
        self.joins = Counter("mmod_joins", "Hellos by what became of them.", ["result"], registry=registry)
        self.closes = Counter("mmod_closes", "Ended connections by reason.", ["reason"], registry=registry)
        self.messages = BulkCounter("mmod_messages_received", "Messages clients sent.", registry)
        self.message_errors = Counter(
            "mmod_message_errors", "Messages whose handling ended in an exception of ours.", registry=registry
        )
        self.snapshots = Counter("mmod_snapshots_sent", "States sent to clients.", registry=registry)
        self.snapshots_dropped = Counter(
            "mmod_snapshots_dropped", "States left out because the client did not read.", registry=registry
        )
        self.snapshot_bytes = BulkHistogram(
            "mmod_snapshot_bytes", "Size of one state message.", _BYTE_BUCKETS, registry
        )
        self.entities_in_sight = BulkHistogram(
            "mmod_entities_in_sight", "Entities in one state message.", _COUNT_BUCKETS, registry
        )
        self.rtt = PlainHistogram("mmod_rtt_seconds", "Ping round trips.", _WAIT_BUCKETS, registry)

    def _world(self, registry: CollectorRegistry) -> None:
        self.players = Gauge("mmod_players", "Players in the world, lingering ones included.", registry=registry)
        self.bots = Gauge("mmod_bots", "Bots in the world.", registry=registry)
        self.handovers = Counter("mmod_handovers", "Players whose owning cell changed.", registry=registry)
        self.handover_latency = Histogram(
            "mmod_handover_latency_seconds",
            "Time from the detection of a handover until its message was given to the connection.",
            buckets=_TICK_BUCKETS,
            registry=registry,
        )
        self.equipment = Counter(
            "mmod_equipment_operations", "Equips and unequips by result.", ["operation", "code"], registry=registry
        )
        self.item_violations = Counter(
            "mmod_item_violations", "Items found in two places or unaccounted for; always 0.", registry=registry
        )
        self.bad_records = Counter("mmod_bad_records", "Stored players that could not be used.", registry=registry)
        for operation in ("equip", "unequip"):
            for code in EQUIPMENT_CODES:
                self.equipment.labels(operation, code)

    def _saving(self, registry: CollectorRegistry) -> None:
        self.saves = Counter("mmod_saves", "Player states given to the store by result.", ["result"], registry=registry)
        self.save_duration = Histogram(
            "mmod_save_duration_seconds",
            "Time the store took for one batch of saves.",
            buckets=_WAIT_BUCKETS,
            registry=registry,
        )
        self.dirty_players = Gauge("mmod_dirty_players", "Players whose state waits to be saved.", registry=registry)
        self.spilled_states = Counter(
            "mmod_spilled_states",
            "States found in spill files at the start by what became of them.",
            ["result"],
            registry=registry,
        )
        for result in ("stored", "superseded", "damaged"):
            self.spilled_states.labels(result)
        self.store_away = Gauge("mmod_store_away", "1 while the store gives no answer, else 0.", registry=registry)

    def _watching(self, registry: CollectorRegistry) -> None:
        self.map_streams = Gauge("mmod_map_streams", "Open streams of the live map.", registry=registry)
        self.map_events_skipped = Counter(
            "mmod_map_events_skipped", "Pictures of the live map left out for a slow reader.", registry=registry
        )
