"""Every key there is, what it allows and its default.  `etc/mmod.toml` documents them; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from mmod.auth.http import HttpRules
from mmod.auth.jwt import ALGORITHMS
from mmod.config import values as v
from mmod.config.settings import StoreSettings
from mmod.items.instances import MOST_QUANTITY
from mmod.items.rules import ItemRules
from mmod.net.settings import AdminSettings, ListenSettings
from mmod.session.origins import host_of_origin
from mmod.session.settings import SessionSettings
from mmod.world.settings import BotSettings, WorldSettings


@frozen
class Key:
    """One setting; a default of None means that it depends on other settings, as etc/mmod.toml explains."""

    kind: v.Kind[Any]
    default: Any


HTTP_DEFAULTS = HttpRules(url="")

_SECONDS = v.number(0.0)
_DURATION = v.number(0.0, above=True)
_ENDPOINT = v.text("a Twisted server endpoint such as tcp:8080:interface=127.0.0.1")


def _is_origin(text: str) -> bool:
    return host_of_origin(text.rstrip("/")) is not None


def _section(name: str, defaults: object, kinds: Mapping[str, v.Kind[Any]]) -> dict[str, Key]:
    return {f"{name}.{key}": Key(kind, getattr(defaults, key)) for key, kind in kinds.items()}


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "listen.public": Key(_ENDPOINT, None),
        **_section(
            "listen",
            ListenSettings(),
            {
                "admin": _ENDPOINT,
                "max_connections": v.whole(1, 1_000_000),
                "max_connections_per_address": v.whole(0, 1_000_000),
                "request_timeout": _DURATION,
            },
        ),
        **_section(
            "world",
            WorldSettings(),
            {
                "tick_hz": v.whole(1, 1000),
                "snapshot_hz": v.whole(1, 1000),
                "cell_size": v.number(1.0, 1e6),
                "aoi_radius": v.number(0.1, 1e6),
                "handover_hysteresis": v.number(0.0, 1e6),
                "move_speed": v.number(0.0, 1e6),
                "bounds": v.number(1.0, 1e6),
                "spawn": v.pair(),
                "spawn_radius": v.number(0.0, 1e6),
                "max_players": v.whole(1, 1_000_000),
                "linger": _SECONDS,
            },
        ),
        "world.seed": Key(v.whole(0, 2**63 - 1), None),
        **_section(
            "bots",
            BotSettings(),
            {
                "target_per_cell": v.whole(0, 100_000),
                "max": v.whole(0, 1_000_000),
                "speed": v.number(0.0, 1e6),
                "retarget_min": _DURATION,
                "retarget_max": _DURATION,
                "separation": v.number(0.0, 1e3),
            },
        ),
        **_section(
            "session",
            SessionSettings(),
            {
                "hello_timeout": _DURATION,
                "idle_timeout": _DURATION,
                "resume_ttl": _SECONDS,
                "max_message_bytes": v.whole(1024, 16 * 1024 * 1024),
                "message_rate": v.number(1.0),
                "message_burst": v.whole(1, 1_000_000),
                "ping_interval": _DURATION,
                "ping_timeout": _DURATION,
                "unsent_limit": v.whole(1024, 64 * 1024 * 1024),
                "unsent_timeout": _DURATION,
                "allowed_origins": v.texts("a list of origins such as https://game.example", _is_origin),
            },
        ),
        "items.catalogue": Key(v.text("the path of an item catalogue"), None),
        "items.starting_items": Key(
            v.table(v.whole(1, MOST_QUANTITY), "a table of item ids and quantities"), MappingProxyType({})
        ),
        "items.starting_skills": Key(
            v.table(v.whole(0, 1_000_000), "a table of skills and levels"), MappingProxyType({})
        ),
        **_section(
            "items",
            ItemRules(),
            {
                "weight_limit": v.number(0.0, above=True),
                "compartment_caps": v.table(v.number(0.0), "a table of compartments, backpack among them, and bulks"),
                "equip_cooldown": _SECONDS,
                "penalty_from": v.number(0.0, 1.0),
                "penalty_at_limit": v.number(0.0, 1.0),
            },
        ),
        "store.url": Key(v.text("a database URL such as sqlite:///players.sqlite or postgresql://host/mmod"), None),
        **_section(
            "store",
            StoreSettings(url=""),
            {
                "checkpoint_interval": _DURATION,
                "commit_delay": v.number(0.0, 10.0),
                "timeout": _DURATION,
                "shutdown_timeout": _DURATION,
                "audit_at_start": v.truth(),
            },
        ),
        "auth.kind": Key(v.text("a kind of authentication"), None),
        "auth.algorithm": Key(v.choice(*ALGORITHMS), "HS256"),
        "auth.key_file": Key(v.text("the path of a file with the secret or public key"), None),
        "auth.audience": Key(v.text(), "mmod"),
        "auth.issuer": Key(v.text(), None),
        "auth.leeway": Key(_SECONDS, 30.0),
        "auth.url": Key(v.text("the URL of a service that knows tokens"), None),
        "auth.timeout": Key(_DURATION, HTTP_DEFAULTS.timeout),
        "auth.max_in_flight": Key(v.whole(1, 100_000), HTTP_DEFAULTS.max_in_flight),
        "auth.arguments": Key(v.text("a text for the plugin", empty=True), ""),
        **_section(
            "admin",
            AdminSettings(),
            {"token": v.text(empty=True), "hosts": v.texts("a list of host names")},
        ),
    }
)
