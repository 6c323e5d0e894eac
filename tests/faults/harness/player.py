"""One client of a crowd: it walks, dresses and undresses, and writes down what it asked and what it was told."""

from __future__ import annotations

import asyncio
import json
import time
from random import Random
from typing import Any

import msgspec
from msgspec import UNSET
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mmod.wire.messages import AnyServerMessage, EquipmentResult, EquipmentResultData, JoinAck, State, StateData
from tests.functional.harness.contract import validator

from .record import Closed, Command, Game, Shown
from .world import Item, Person, items

#: What a crowd is given and puts on, which needs no skill, by the slots where it can be worn.
SLOTS_OF = {
    "club_oak": ("main_hand",),
    "dagger_bronze": ("main_hand", "off_hand"),
    "torch_pine": ("off_hand",),
    "armor_leather": ("chest",),
    "trousers_linen": ("legs",),
    "boots_leather": ("feet",),
    "cap_wool": ("head",),
    "potion_health": (),
}
SLOTS = ("main_hand", "off_hand", "chest", "legs", "feet", "head")
COMPARTMENTS = ("backpack", "belt", "craft_bag")

#: Seconds between two things a client does, and how often that is an item command; the others are inputs.
PAUSE = (0.3, 0.9)
SHARE_OF_COMMANDS = 0.5

#: Of the item commands, those that cannot be done: an item that nobody has, or a slot that does not fit.
SHARE_OF_MISTAKES = 0.1

#: Commands a client leaves without an answer at most; each one doubles what may have become of its things.
MOST_OPEN = 5

#: Every how many states one is held to the published schema: doing it to all would leave no processor to the daemon.
SAMPLE = 50

#: Of the library: nothing may be compressed, kept back or dropped.
SOCKET = {"compression": None, "proxy": None, "ping_interval": None, "max_queue": None, "max_size": None}

#: Seconds in which a connection must have come about, or ended.
PATIENCE = 10.0

_decoder: msgspec.json.Decoder[AnyServerMessage] = msgspec.json.Decoder(AnyServerMessage)
_validate = validator()


class Player:
    """Plays over one connection until that ends."""

    def __init__(self, player_id: str, chance: Random, game: Game) -> None:
        self.player_id = player_id
        self._chance = chance
        self._game = game
        self._socket: ClientConnection | None = None
        self._owned: tuple[Item, ...] = ()
        self._last_input, self._last_command = game.record.sequences.get(player_id, (0, 0))
        self._states = 0
        self._inventory: Any = None
        self._equipment: Any = None
        self._leaving = False

    async def join(self, url: str) -> None:
        """Join, with the resume token of the last session if there is one."""
        self._socket = await connect(url, open_timeout=PATIENCE, close_timeout=PATIENCE, **SOCKET)
        resume = self._game.record.resume_tokens.get(self.player_id)
        hello = {"type": "hello", "token": f"dev:{self.player_id}"} | ({} if resume is None else {"resume": resume})
        await self._socket.send(json.dumps(hello))
        message = self._decoded(await self._socket.recv())
        assert isinstance(message, JoinAck), f"{self.player_id} was not let in: {message}"
        self._joined(message)

    @property
    def person(self) -> Person:
        """The player as it was last shown itself, for a crowd that has never met; its versions are not known."""
        shown = self._game.record.positions[self.player_id]
        return Person(self._owned, shown.x, shown.z, epoch=0)

    async def listen(self) -> None:
        """Write down what comes until the connection ends."""
        assert self._socket is not None
        try:
            async for frame in self._socket:
                self._heard(self._decoded(frame))
        except ConnectionClosed:
            pass
        if not self._leaving:
            code = self._socket.close_code or 1006
            self._game.record.closes.append(Closed(self.player_id, time.monotonic(), code))

    async def play(self) -> None:
        """Do something every now and then; stand still while nobody plays."""
        try:
            while True:
                await asyncio.sleep(self._chance.uniform(*PAUSE))
                if not self._game.playing.is_set():
                    await self._walk(0.0, 0.0)
                elif self._chance.random() < SHARE_OF_COMMANDS:
                    await self._dress()
                else:
                    await self._walk(self._chance.uniform(-1, 1), self._chance.uniform(-1, 1))
        except ConnectionClosed:
            pass  # which `listen` writes down

    async def leave(self) -> None:
        """Close the connection."""
        self._leaving = True
        if self._socket is not None:
            await self._socket.close()

    # --- saying ---

    async def _walk(self, x: float, z: float) -> None:
        self._last_input += 1
        self._note_sequences()
        intent = {"x": round(x, 3), "z": round(z, 3)}
        await self._say({"type": "input", "seq": self._last_input, "dt": PAUSE[0], "intent": intent})

    async def _dress(self) -> None:
        commands = self._game.record.commands.setdefault(self.player_id, [])
        if sum(command.code is None for command in commands[-2 * MOST_OPEN :]) >= MOST_OPEN:
            return
        self._last_command += 1
        self._note_sequences()
        command = self._command()
        commands.append(command)
        if command.instance_id is None:
            what = {"type": "unequip", "slot": command.slot, "compartment": command.compartment}
        else:
            what = {"type": "equip", "slot": command.slot, "instance_id": command.instance_id}
        await self._say({**what, "seq": command.seq})

    def _command(self) -> Command:
        """Choose: a mistake, something stowed into a slot where it fits, or something worn back."""
        chance, now = self._chance, time.monotonic()
        if chance.random() < SHARE_OF_MISTAKES:
            return Command(self._last_command, "head", chance.choice(["nothing", *self._stowed()]), asked_at=now)
        stowed = [instance_id for instance_id, template_id in self._stowed().items() if SLOTS_OF[template_id]]
        if not stowed or chance.random() < 1 / 3:
            slot, compartment = chance.choice(SLOTS), chance.choice(COMPARTMENTS)
            return Command(self._last_command, slot, compartment=compartment, asked_at=now)
        instance_id = chance.choice(stowed)
        slot = chance.choice(SLOTS_OF[self._stowed()[instance_id]])
        return Command(self._last_command, slot, instance_id, asked_at=now)

    def _stowed(self) -> dict[str, str]:
        """Return the templates of what was last shown in the inventory."""
        return {item.instance_id: item.template_id for item in self._owned if item.place.kind == "compartment"}

    def _note_sequences(self) -> None:
        self._game.record.sequences[self.player_id] = self._last_input, self._last_command

    async def _say(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message))

    # --- hearing ---

    def _decoded(self, frame: str | bytes) -> AnyServerMessage:
        message = _decoder.decode(frame)
        self._states += isinstance(message, State)
        if not isinstance(message, State) or self._states % SAMPLE == 1:
            _validate(frame)
        return message

    def _joined(self, message: JoinAck) -> None:
        data = message.data
        self._game.record.resume_tokens[self.player_id] = data.resumeToken
        self._inventory, self._equipment = data.inventory, data.equipment
        self._see(data.pos.x, data.pos.z)

    def _heard(self, message: AnyServerMessage) -> None:
        if isinstance(message, State):
            self._shown(message.data)
        elif isinstance(message, EquipmentResult):
            self._answered(message.data)

    def _shown(self, state: StateData) -> None:
        if state.inventory is not UNSET:
            self._inventory = state.inventory
        if state.equipment is not UNSET:
            self._equipment = state.equipment
        if state.inventory is not UNSET or state.equipment is not UNSET:
            self._note_items()
        self._see(state.player.pos.x, state.player.pos.z)

    def _see(self, x: float, z: float) -> None:
        self._game.record.positions[self.player_id] = Shown(time.monotonic(), x, z)
        self._note_items()

    def _note_items(self) -> None:
        worn = {slot: worn.instance for slot, worn in self._equipment.slots.items()}
        self._owned = items(self._inventory, worn)
        sights = self._game.record.sights.setdefault(self.player_id, {})
        for item in self._owned:
            sights.setdefault(item.instance_id, item)

    def _answered(self, data: EquipmentResultData) -> None:
        for command in reversed(self._game.record.commands.get(self.player_id, [])):
            if command.seq == data.seq:
                command.code, command.answers = data.code, command.answers + 1
                command.answered_at = command.answered_at or time.monotonic()
                return
        raise AssertionError(f"{self.player_id} was answered what it never asked: {data}")
