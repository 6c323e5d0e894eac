"""An operator who gives items to a crowd, some under idempotency keys, and newcomers who knock."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from itertools import count
from random import Random

import httpx
import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from mmod.wire.messages import AnyServerMessage, Error, JoinAck

from .player import COMPARTMENTS, PATIENCE, SLOTS_OF, SOCKET
from .record import Game, Grant, Knock, Record

#: Seconds between two grants, and between two newcomers.
PAUSE = (0.05, 0.15)
KNOCK_INTERVAL = 0.5

#: Of the grants: those under a key, and of these those that repeat an earlier one.
SHARE_OF_KEYS, SHARE_OF_REPETITIONS = 0.5, 0.4

_numbers = count(1)
_decoder: msgspec.json.Decoder[AnyServerMessage] = msgspec.json.Decoder(AnyServerMessage)


class Giver:
    """An operator."""

    def __init__(self, http: httpx.AsyncClient, players: Sequence[str], chance: Random, game: Game) -> None:
        self._http = http
        self._players = players
        self._chance = chance
        self._game = game

    async def give(self) -> None:
        """Give something to somebody every now and then, without waiting for what was given before."""
        async with asyncio.TaskGroup() as asking:
            while True:
                await asyncio.sleep(self._chance.uniform(*PAUSE))
                await self._game.playing.wait()
                grant = self._grant()
                self._game.record.grants.append(grant)
                asking.create_task(self._ask(grant))

    def _grant(self) -> Grant:
        record = self._game.record
        keyed = [grant for grant in (*record.keyed, *record.grants) if grant.key is not None]
        under_key = self._chance.random() < SHARE_OF_KEYS
        if keyed and under_key and self._chance.random() < SHARE_OF_REPETITIONS:
            return _again(self._chance.choice(keyed[-50:]))
        return Grant(
            self._chance.choice(self._players),
            self._chance.choice(list(SLOTS_OF)),
            1,
            self._chance.choice(COMPARTMENTS),
            f"key-{self._chance.getrandbits(64):x}" if under_key else None,
            asked_at=time.monotonic(),
        )

    async def _ask(self, grant: Grant) -> None:
        """Ask for it once; no answer is an answer too."""
        body = {"template_id": grant.template_id, "quantity": grant.quantity, "compartment": grant.compartment}
        headers = {} if grant.key is None else {"Idempotency-Key": grant.key}
        try:
            answer = await self._http.post(f"/players/{grant.player_id}/items", json=body, headers=headers)
        except httpx.HTTPError:
            return
        content = answer.json()
        grant.status, grant.answered_at = answer.status_code, time.monotonic()
        grant.instance_id = content.get("instance_id")
        grant.message = content.get("error", {}).get("message", "")


def _again(grant: Grant) -> Grant:
    return Grant(
        grant.player_id, grant.template_id, grant.quantity, grant.compartment, grant.key, asked_at=time.monotonic()
    )


async def knock_on(url: str, game: Game) -> None:
    """Send somebody to the door who was never here, again and again."""
    async with asyncio.TaskGroup() as newcomers:
        while True:
            await game.playing.wait()
            newcomers.create_task(_knock(url, game.record))
            await asyncio.sleep(KNOCK_INTERVAL)


async def _knock(url: str, record: Record) -> None:
    knock = Knock(f"newcomer-{next(_numbers)}", asked_at=time.monotonic())
    record.knocks.append(knock)
    outcome = await _outcome(url, knock.player_id)
    if outcome is not None:
        knock.outcome, knock.answered_at = outcome, time.monotonic()


async def _outcome(url: str, player_id: str) -> str | None:
    """Return what a join comes to; None when there is nobody who would say."""
    try:
        async with connect(url, open_timeout=PATIENCE, close_timeout=PATIENCE, **SOCKET) as socket:
            await socket.send(json.dumps({"type": "hello", "token": f"dev:{player_id}"}))
            message = _decoder.decode(await asyncio.wait_for(socket.recv(), PATIENCE))
    except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
        return None
    if isinstance(message, Error):
        return message.data.code
    return "joined" if isinstance(message, JoinAck) else type(message).__name__
