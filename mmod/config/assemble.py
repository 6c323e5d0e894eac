"""From checked values to `Settings`: defaults that depend on other settings, and the rules between settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import fields

from mmod.auth.http import HttpRules
from mmod.auth.jwt import JwtRules
from mmod.auth.keys import read_verification_key
from mmod.auth.kinds import DevRules, Rules, plugin_rules
from mmod.config.endpoints import is_local
from mmod.config.keys import KEYS
from mmod.config.settings import Settings, StoreSettings
from mmod.errors import ConfigError, RuleViolation
from mmod.items.instances import ItemInstance
from mmod.items.rulebook import Rulebook
from mmod.items.rules import DEFAULT_COMPARTMENT, ItemRules
from mmod.items.templates import Catalogue, parse_catalogue, shipped_catalogue
from mmod.net.settings import AdminSettings, ListenSettings
from mmod.session.settings import SessionSettings
from mmod.shard.admission import StartingKit
from mmod.spatial.vector import Vector
from mmod.world.character import newcomer
from mmod.world.settings import BotSettings, EngineSettings, WorldSettings

#: The public endpoint when players must prove who they are, and when anyone can be anyone.
PUBLIC_ENDPOINT = "tcp:8080"
LOOPBACK_ENDPOINT = "tcp:8080:interface=127.0.0.1"

#: Metres; with less, the index that keeps bots apart would need more buckets than it can number.
LEAST_SEPARATION = 0.01

S = TypeVar("S")


class _Values:
    """The checked values with their defaults and sources."""

    def __init__(self, checked: Mapping[str, Any], sources: Mapping[str, str]) -> None:
        self._checked = checked
        self._sources = sources

    def __getitem__(self, key: str) -> Any:
        return self._checked.get(key, KEYS[key].default)

    def section(self, name: str, cls: type[S], **more: Any) -> S:
        """Return an instance of a section's class, from the keys that are its fields."""
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        values = {field: self[f"{name}.{field}"] for field in names if f"{name}.{field}" in KEYS}
        return cls(**{**values, **more})

    def changed(self, prefix: str) -> list[str]:
        """Return the keys of a section that somebody gave a value other than the default."""
        return [key for key in self._checked if key.startswith(prefix) and self._checked[key] != KEYS[key].default]

    def fault(self, key: str, words: str) -> ConfigError:
        """Return the error for a value that does not go with the others."""
        return ConfigError(f"{self._sources.get(key, 'defaults')}: {key}: {words}")


def assemble(checked: Mapping[str, Any], sources: Mapping[str, str], *, dev: bool, state_dir: Path) -> Settings:
    """Return the settings, or raise `ConfigError` for values that do not go together."""
    values = _Values(checked, sources)
    auth = _auth(values, dev)
    listen = _listen(values, auth)
    world = values.section("world", WorldSettings, spawn=Vector(*values["world.spawn"]))
    bots = values.section("bots", BotSettings)
    items = values.section("items", ItemRules)
    catalogue = _catalogue(values)
    sessions = values.section("session", SessionSettings)
    _check_world(values, world, bots)
    _check_items(values, items)
    return Settings(
        listen=listen,
        engine=EngineSettings(world, bots, items, catalogue),
        seed=values["world.seed"],
        sessions=sessions,
        kit=_kit(values, Rulebook(items, catalogue)),
        store=values.section("store", StoreSettings, url=values["store.url"] or _default_url(state_dir)),
        state_dir=state_dir,
        auth=auth,
        admin=_admin(values, listen),
        dev=dev,
    )


def _default_url(state_dir: Path) -> str:
    return f"sqlite:///{state_dir / 'players.sqlite'}"


# --- authentication and endpoints -------------------------------------------------------------------------------------


def _auth(values: _Values, dev: bool) -> Rules:
    kind = values["auth.kind"]
    if kind is None and values.changed("auth."):
        raise values.fault(values.changed("auth.")[0], "auth.kind is missing")
    if kind == "dev" and not dev:
        raise values.fault("auth.kind", "dev lets anyone be anyone; it needs the option --dev")
    if kind is None or kind == "dev":
        return DevRules(because_unconfigured=not dev)
    if kind == "jwt":
        return _jwt(values)
    return _http(values) if kind == "http" else _plugin(values, kind)


def _jwt(values: _Values) -> JwtRules:
    path, algorithm = values["auth.key_file"], values["auth.algorithm"]
    if path is None:
        raise values.fault("auth.kind", "jwt needs auth.key_file")
    try:
        key = read_verification_key(Path(path), algorithm)
    except ValueError as error:
        raise values.fault("auth.key_file", f"{path} {error}") from None
    return JwtRules(algorithm, key, values["auth.audience"], values["auth.issuer"], values["auth.leeway"])


def _http(values: _Values) -> HttpRules:
    url = values["auth.url"]
    if url is None or not url.startswith(("http://", "https://")):
        raise values.fault("auth.url", "must be an http or https URL when auth.kind is http")
    return HttpRules(url, values["auth.timeout"], values["auth.max_in_flight"])


def _plugin(values: _Values, kind: str) -> Rules:
    try:
        return plugin_rules(kind, values["auth.arguments"])
    except ValueError as error:
        raise values.fault("auth.kind", str(error)) from None


def _listen(values: _Values, auth: Rules) -> ListenSettings:
    anyone = isinstance(auth, DevRules)
    public = values["listen.public"] or (LOOPBACK_ENDPOINT if anyone else PUBLIC_ENDPOINT)
    if isinstance(auth, DevRules) and auth.because_unconfigured and not is_local(public):
        raise values.fault(
            "listen.public", f"{public} is open to others, so [auth] must say who may play (or --dev that anyone may)"
        )
    return values.section("listen", ListenSettings, public=public)


def _admin(values: _Values, listen: ListenSettings) -> AdminSettings:
    admin = values.section("admin", AdminSettings)
    if not admin.token and not is_local(listen.admin):
        raise values.fault("listen.admin", f"{listen.admin} is open to others, so admin.token must be set")
    return admin


# --- the world --------------------------------------------------------------------------------------------------------


def _check_world(values: _Values, world: WorldSettings, bots: BotSettings) -> None:
    if world.tick_hz % world.snapshot_hz:
        raise values.fault("world.snapshot_hz", f"{world.snapshot_hz} does not divide world.tick_hz, {world.tick_hz}")
    if world.aoi_radius > world.cell_size:
        raise values.fault(
            "world.aoi_radius", f"{world.aoi_radius:g} is larger than world.cell_size, {world.cell_size:g}"
        )
    if max(abs(world.spawn.x), abs(world.spawn.z)) + world.spawn_radius > world.bounds:
        raise values.fault("world.spawn", "with world.spawn_radius it reaches beyond world.bounds")
    if 0 < bots.separation < LEAST_SEPARATION:
        raise values.fault("bots.separation", f"must be 0 (bots may touch) or at least {LEAST_SEPARATION:g}")
    if bots.retarget_min > bots.retarget_max:
        raise values.fault("bots.retarget_min", "is larger than bots.retarget_max")


def _check_items(values: _Values, items: ItemRules) -> None:
    if DEFAULT_COMPARTMENT not in items.compartment_caps:
        raise values.fault("items.compartment_caps", f"must have a {DEFAULT_COMPARTMENT}")
    if items.penalty_from >= 1.0:
        raise values.fault("items.penalty_from", "must be below 1")


def _catalogue(values: _Values) -> Catalogue:
    path = values["items.catalogue"]
    if path is None:
        return shipped_catalogue()
    try:
        return parse_catalogue(Path(path).read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise values.fault("items.catalogue", f"{path} cannot be read: {error}") from None


def _kit(values: _Values, book: Rulebook) -> StartingKit:
    items, skills = tuple(values["items.starting_items"].items()), tuple(values["items.starting_skills"].items())
    try:
        newcomer([ItemInstance(template_id, template_id, quantity) for template_id, quantity in items], skills, book)
    except RuleViolation as error:
        raise values.fault("items.starting_items", f"no player can carry them: {error}") from None
    return StartingKit(items, skills)
