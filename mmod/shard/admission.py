"""From `hello` to `join_ack`: authenticate, claim, join.

Each step may take time, and the client may be gone after any of them; what a step has done is then left in a state that
the next join of the player finds right.  Of several joins of one player the claims are granted one after the other, and
each grant is followed by its join in the same turn of the reactor, so that the newest always wins.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen
from msgspec import UNSET
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from mmod.errors import BadRecord, RemoteError, StoreError, Unavailable, WorldFull
from mmod.interfaces import IAuthenticator
from mmod.items.instances import ItemInstance
from mmod.metrics.instruments import Instruments
from mmod.session.claims import Claim, ClaimRequest
from mmod.session.closing import BadStoredRecord, RateLimited, Replaced
from mmod.session.failed_resumes import FailedResumes
from mmod.session.identity import Identity
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.session.session import error_message
from mmod.shard.connection import Connection
from mmod.shard.shard import Shard
from mmod.wire.codec import encode
from mmod.wire.messages import Hello, JoinAck, JoinAckData, WorldConfig
from mmod.wire.views import (
    cell_name,
    encumbrance_view,
    equipment_view,
    inventory_view,
    point,
    skills_view,
)
from mmod.world.commands import Join
from mmod.world.events import Refused
from mmod.world.settings import WorldSettings
from mmod.world.state import PlayerState
from mmod.world.views import Player


@frozen
class StartingKit:
    """What a player gets that was never stored."""

    #: Template id to quantity, in the order of the setting.
    items: tuple[tuple[str, int], ...] = ()
    #: Skill to level.
    skills: tuple[tuple[str, int], ...] = ()


class Admission:
    """Brings clients into the world.

    `new_token` and `new_instance_id` are where chance comes in; `wall_clock` gives unix seconds, `clock` counts
    monotonic ones; `resume_ttl` is in seconds.
    """

    log = Logger()

    def __init__(
        self,
        authenticator: IAuthenticator,
        *,
        kit: StartingKit,
        resume_ttl: float,
        clock: IReactorTime,
        wall_clock: Callable[[], float],
        new_token: Callable[[], str],
        new_instance_id: Callable[[], str],
        instruments: Instruments,
    ) -> None:
        self._authenticator = authenticator
        self._kit = kit
        self._resume_ttl = resume_ttl
        self._clock = clock
        self._wall_clock = wall_clock
        self._new_token = new_token
        self._new_instance_id = new_instance_id
        self._instruments = instruments
        self._started_at = wall_clock()
        self._failed_resumes = FailedResumes()

    def greet(self, shard: Shard, connection: Connection, hello: Hello) -> None:
        """Admit or refuse a client."""
        joined = Deferred.fromCoroutine(self._admit(shard, connection, hello))
        joined.addErrback(lambda failure: self.log.failure("a join could not be refused", failure))

    async def _admit(self, shard: Shard, connection: Connection, hello: Hello) -> None:
        try:
            await self._join(shard, connection, hello)
        except RemoteError as error:
            self._refuse(connection, error)
        except StoreError as error:
            self.log.warn(
                "connection {number}: the store did not answer a join: {error}", number=connection.number, error=error
            )
            self._refuse(connection, Unavailable("the store is away; try again later"))
        except Exception:  # the fence around one join
            self.log.failure("connection {number}: a join failed", number=connection.number)
            self._refuse(connection, Unavailable("the server could not take you in; try again later"))

    def _refuse(self, connection: Connection, error: RemoteError) -> None:
        self._instruments.joins.labels(error.code).inc()
        self.log.info(
            "connection {number}: join refused: {code}: {error}",
            number=connection.number,
            code=error.code,
            error=error,
        )
        connection.refuse(error)

    async def _join(self, shard: Shard, connection: Connection, hello: Hello) -> None:
        identity = await self._authenticator.authenticate(hello.token)
        self._check_room(shard, identity.player_id)
        self._check_resumes(hello, identity.player_id)
        claim, token = await self._own(shard, connection, identity, hello)
        if hello.resume is not UNSET and not claim.resumed:
            self._failed_resumes.failed(identity.player_id, self._clock.seconds())
        spoilt = claim.unreadable
        if spoilt is None:
            spoilt = self._enter_world(shard, connection, identity, claim, claim.state)
        if spoilt is not None:
            await self._set_aside(shard, claim, spoilt)
            self._enter_world(shard, connection, identity, claim, None)
        player = shard.engine.player(identity.player_id)
        if player is None or not connection.joining:
            return
        self._welcome(shard, connection, hello, player, token, claim.resumed)
        if spoilt is not None:
            connection.perform([error_message(BadStoredRecord("your stored state could not be used; you start anew"))])
        connection.admitted()

    def _check_room(self, shard: Shard, player_id: str) -> None:
        """Refuse now what the join would refuse, so that it costs the client no resume token."""
        full = shard.engine.census.players >= shard.world.max_players
        if full and shard.engine.player(player_id) is None:
            raise WorldFull("the world is full")

    def _check_resumes(self, hello: Hello, player_id: str) -> None:
        """Refuse a resume after too many that failed, whatever its token; the token is not spent."""
        if hello.resume is not UNSET and self._failed_resumes.too_many(player_id, self._clock.seconds()):
            raise RateLimited("too many resumes have failed; wait a minute, or join without a resume token")

    async def _own(self, shard: Shard, connection: Connection, identity: Identity, hello: Hello) -> tuple[Claim, str]:
        """Claim a player; while the store is away, or fails to, one that is in memory is owned on without it.

        The token of a claim that failed is given to nobody: the store may grant that claim later, and would know the
        token again after it was used.
        """
        if not shard.writer.away:
            token = self._new_token()
            try:
                return await shard.writer.claim(self._claim_request(shard, identity, hello, token)), token
            except StoreError as error:
                self.log.warn("{player!r} could not be claimed: {error}", player=identity.player_id, error=error)
        token = self._new_token()
        return self._renewed(shard, connection, self._claim_request(shard, identity, hello, token)), token

    def _renewed(self, shard: Shard, connection: Connection, request: ClaimRequest) -> Claim:
        """Own a player on without the store; raise `Unavailable` when it is not in memory or nobody waits for it."""
        self._check_room(shard, request.player_id)
        claim = shard.persistence.renew(request) if connection.joining else None
        if claim is None:
            raise Unavailable("the store is away; try again later")
        self.log.info("{player!r} joins without the store", player=request.player_id)
        return claim

    def _claim_request(self, shard: Shard, identity: Identity, hello: Hello, token: str) -> ClaimRequest:
        now = self._wall_clock()
        connected = shard.roster.get(identity.player_id) is not None
        attempt = ResumeAttempt(
            token_hash=None if hello.resume is UNSET else token_hash(hello.resume),
            now=now,
            ended_by=now if connected else self._started_at,
            ttl=self._resume_ttl,
        )
        return ClaimRequest(identity.player_id, identity.name, attempt, token_hash(token))

    def _enter_world(
        self, shard: Shard, connection: Connection, identity: Identity, claim: Claim, state: PlayerState | None
    ) -> str | None:
        """Join the world, if the client still waits for it; return why the stored state cannot be used, if so."""
        player_id = identity.player_id
        if shard.writer.epoch(player_id) != claim.epoch:
            raise Replaced("the same player joined elsewhere")
        if not connection.joining:
            self._give_back(shard, player_id)
            return None
        try:
            happened = shard.apply(self._join_command(identity, state, claim.resumed))
        except BadRecord as error:
            return str(error)
        refusals = [event.error for event in happened if isinstance(event, Refused)]
        if refusals:
            self._give_back(shard, player_id)
            raise refusals[0]
        player = shard.engine.player(player_id)
        assert player is not None
        shard.enter(player, connection, claim.resumed)
        if state is None or not claim.resumed:  # a new session's sequences must not be taken for the old one's
            shard.persistence.save_soon(player_id)
        return None

    def _give_back(self, shard: Shard, player_id: str) -> None:
        """The claim is of no use; a player in the world keeps it, one that is not is released."""
        if shard.engine.player(player_id) is None:
            shard.writer.release(player_id)
        elif shard.roster.get(player_id) is None:
            shard.persistence.save_soon(player_id)  # the claim has erased when its connection ended

    def _join_command(self, identity: Identity, state: PlayerState | None, resumed: bool) -> Join:
        items = tuple(
            ItemInstance(self._new_instance_id(), template_id, quantity) for template_id, quantity in self._kit.items
        )
        return Join(identity.player_id, identity.name, state, resumed, items, self._kit.skills)

    async def _set_aside(self, shard: Shard, claim: Claim, reason: str) -> None:
        """Put a record into the quarantine; when that fails, nobody has joined, and nobody keeps the player owned."""
        player_id = claim.player_id
        self._instruments.bad_records.inc()
        self.log.error("the stored state of {player!r} is set aside: {reason}", player=player_id, reason=reason)
        try:
            await shard.writer.quarantine(player_id, reason)
        except StoreError:
            if shard.writer.epoch(player_id) == claim.epoch:  # a newer join has not claimed it meanwhile
                self._give_back(shard, player_id)
            raise

    def _welcome(
        self, shard: Shard, connection: Connection, hello: Hello, player: Player, token: str, resumed: bool
    ) -> None:
        ack = player.sequences.ack
        self._instruments.joins.labels("resumed" if resumed else "joined").inc()
        self.log.info(
            "connection {number} joined as {player!r}, resumed: {resumed}, ack {ack}, client says {last_seq}",
            number=connection.number,
            player=player.id,
            resumed=resumed,
            ack=ack,
            last_seq=None if hello.lastSeq is UNSET else hello.lastSeq,
        )
        connection.send(encode(JoinAck(self._join_ack(shard, player, token, resumed))))

    def _join_ack(self, shard: Shard, player: Player, token: str, resumed: bool) -> JoinAckData:
        return JoinAckData(
            playerID=player.id,
            cell=cell_name(player.owned_cell),
            resumeToken=token,
            resumed=resumed,
            ack=player.sequences.ack,
            tick=shard.engine.tick,
            pos=point(player.pos),
            config=world_config(shard.world),
            inventory=inventory_view(player.inventory, player.encumbrance, shard.items),
            equipment=equipment_view(player.equipment, shard.engine.now),
            skills=skills_view(player.skills),
            encumbrance=encumbrance_view(player.encumbrance),
        )


def world_config(world: WorldSettings) -> WorldConfig:
    """Return what clients are told of the world's settings."""
    return WorldConfig(
        tick_hz=world.tick_hz,
        snapshot_hz=world.snapshot_hz,
        aoi_radius=world.aoi_radius,
        cell_size=world.cell_size,
        handover_hysteresis=world.handover_hysteresis,
        move_speed=world.move_speed,
    )
