"""What the answer to a batch of saves means for the players in it."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from mmod.session.claims import Save, SaveResult
from mmod.session.columns import Basis
from mmod.store.player import Callers, Player
from mmod.store.register import Register


@define
class Landing:
    """What has become of a batch, and who is to be told."""

    #: Who waited for what is durable now.
    durable: Callers = field(factory=list)
    #: Players that are another daemon's, with those who waited for them.
    lost: list[tuple[str, Callers]] = field(factory=list)
    #: How many saves the store has taken, now or before, ...
    taken: int = 0
    #: ... and of how many the rows were not as their last save had left them.
    stale: int = 0


def land(register: Register, saves: Sequence[Save], results: Sequence[SaveResult]) -> Landing:
    """Note the results of a batch in the register, and return what has come of it."""
    landing = Landing()
    for save, result in zip(saves, results, strict=True):
        player = register.enter(save.player_id)
        if result is SaveResult.STORED:
            _landed(landing, register, player, None if save.columns is None else Basis(save.version, save.columns))
        elif result is SaveResult.PRESENT:  # as good as stored, but who knows which version
            _landed(landing, register, player, None)
        elif result is SaveResult.STALE:
            landing.stale += 1
            register.bounced(player)
        else:
            _superseded(landing, register, player)
    return landing


def _landed(landing: Landing, register: Register, player: Player, basis: Basis | None) -> None:
    landing.taken += 1
    landing.durable += register.landed(player, basis)


def _superseded(landing: Landing, register: Register, player: Player) -> None:
    if register.unanswered.of(player.player_id):
        register.dispute(player)
    else:
        landing.lost.append((player.player_id, register.lose(player)))
