"""Who a player is: the value authentication yields, and what may be an id or a name."""

from __future__ import annotations

from attrs import frozen

from mmod.errors import AuthRefused

#: Longest player id: that of a UUID, of an e-mail address as most are, of an OpenID subject in practice.
ID_LENGTH = 128

#: Longest display name (design.md, `dev`).
NAME_LENGTH = 64

#: Ids that begin so belong to bots.
RESERVED_PREFIX = "bot-"


@frozen
class Identity:
    """A player id, unique and stable, and the name others see."""

    player_id: str
    name: str


def identity(player_id: str, name: str) -> Identity:
    """Return the identity, or raise `AuthRefused` when the id or the name cannot be used."""
    if not 1 <= len(player_id) <= ID_LENGTH or not player_id.isprintable():
        raise AuthRefused(f"a player id has 1 to {ID_LENGTH} printable characters")
    if player_id.startswith(RESERVED_PREFIX):
        raise AuthRefused(f"player ids that begin with {RESERVED_PREFIX} are reserved")
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable() or name.isspace():
        raise AuthRefused(f"a name has 1 to {NAME_LENGTH} printable characters")
    return Identity(player_id, name)
