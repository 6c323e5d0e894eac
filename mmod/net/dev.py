"""Gifts for trying things out, for whoever plays: items, skills, another place.  They exist only with `--dev`.

The token proves whose player it is, as in `hello`; the gift itself goes the way of an administrator's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct
from twisted.internet.interfaces import IReactorTime

from mmod.interfaces import IAuthenticator
from mmod.net.answers import Granted, Placed, SkillSet
from mmod.net.bodies import GrantBody, PositionBody, SkillBody
from mmod.net.dev_route import Conduct, Given, Route
from mmod.net.site import PlainResource
from mmod.shard.operations import Operations
from mmod.spatial.vector import Vector
from mmod.wire.messages import NO_NUL
from mmod.wire.views import cell_name, point

Token = Annotated[str, Meta(min_length=1, pattern=NO_NUL, description="Proves whose player it is, as in `hello`.")]


class ItemGift(GrantBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item for oneself."""

    token: Token


class SkillGift(SkillBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A skill for oneself."""

    token: Token


class PositionGift(PositionBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another place for oneself."""

    token: Token


class Gifts:
    """Gives to the player that a token proves; raises what `Operations` does, `AuthRefused` and `Unavailable`."""

    def __init__(self, authenticator: IAuthenticator, operations: Operations) -> None:
        self._authenticator = authenticator
        self._operations = operations

    async def item(self, wanted: ItemGift, key: str | None) -> Given:
        """Give an item, once for each key; return when it is durable."""
        player_id = await self._player_id(wanted.token)
        granted = self._operations.grant(player_id, wanted.template_id, wanted.quantity, wanted.compartment, key)
        return Given(Granted(await granted), 201)

    async def skill(self, wanted: SkillGift, key: str | None) -> Given:
        """Set a skill; return when it is durable."""
        await self._operations.set_skill(await self._player_id(wanted.token), wanted.skill, wanted.level)
        return Given(SkillSet(wanted.skill, wanted.level))

    async def position(self, wanted: PositionGift, key: str | None) -> Given:
        """Teleport; return where the player is now."""
        player = self._operations.teleport(await self._player_id(wanted.token), Vector(wanted.x, wanted.z))
        return Given(Placed(point(player.pos), cell_name(player.owned_cell)))

    async def _player_id(self, token: str) -> str:
        identity = await self._authenticator.authenticate(token)
        return str(identity.player_id)


def dev_root(gifts: Gifts, conduct: Conduct, clock: IReactorTime) -> PlainResource:
    """Return what stands at `/dev/`."""
    root = PlainResource()
    for path, (shape, give) in _routes(gifts).items():
        root.putChild(path, Route(shape, give, conduct, clock))
    return root


def _routes(gifts: Gifts) -> Mapping[bytes, tuple[type[Struct], Callable[[Any, str | None], Awaitable[Given]]]]:
    return {
        b"items": (ItemGift, gifts.item),
        b"skills": (SkillGift, gifts.skill),
        b"position": (PositionGift, gifts.position),
    }
