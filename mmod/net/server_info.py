"""What a client may know before it joins: `/client/server.json`, which stays the same while the daemon runs."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from mmod import __version__
from mmod.items.rulebook import Rulebook
from mmod.items.rules import SLOTS
from mmod.items.templates import ItemTemplate
from mmod.web.files import StaticFile
from mmod.wire.schema import DIALECT, Schema, sent_parts

#: Where it stands below `/client/`.
SERVER_FILE = "server.json"

#: The slots that an item takes together.
Wearing = list[str]


class TemplateInfo(Struct, frozen=True):
    """One kind of item of the catalogue; weight and bulk are of one piece."""

    display_name: str
    slots: Annotated[
        list[Wearing],
        Meta(
            description="Every way to wear it, each with the slots it takes together (one, in this version); empty for "
            "what can only be carried.",
            examples=[[["main_hand"], ["off_hand"]]],
        ),
    ]
    weight: float
    bulk: float
    damage_type: str | None
    skills: Annotated[dict[str, int], Meta(description="The least level of each skill that wearing it takes.")]


class ServerInfo(Struct, frozen=True):
    """What a client may know before it joins."""

    version: Annotated[str, Meta(description="Of the daemon.")]
    dev: Annotated[bool, Meta(description="Whether it was started with `--dev`; then there are the routes of `/dev/`.")]
    auth: Annotated[
        str, Meta(description="What kind of token `hello` takes: `dev`, `jwt`, `http`, or the kind of a plugin.")
    ]
    catalogue: Annotated[dict[str, TemplateInfo], Meta(description="Every kind of item, by `template_id`.")]
    slots: Annotated[list[str], Meta(description="Where things can be worn, in the order in which they are shown.")]
    equip_cooldown: Annotated[
        float, Meta(ge=0, description="Seconds after an `equip` in which its slot takes nothing else.")
    ]


def server_info(book: Rulebook, *, dev: bool, auth: str) -> ServerInfo:
    """Return what is true of a daemon with these rules and items."""
    return ServerInfo(
        version=__version__,
        dev=dev,
        auth=auth,
        catalogue={template_id: _shown(template) for template_id, template in book.catalogue.items()},
        slots=list(SLOTS),
        equip_cooldown=book.rules.equip_cooldown,
    )


def server_file(info: ServerInfo) -> StaticFile:
    """Return it as the file that is served."""
    return StaticFile("application/json", msgspec.json.encode(info))


def server_info_schema() -> Schema:
    """Return its published form."""
    parts = sent_parts([ServerInfo])
    whole = parts.pop(ServerInfo.__name__)
    return {"$schema": DIALECT, **whole, "$defs": parts}


def _shown(template: ItemTemplate) -> TemplateInfo:
    return TemplateInfo(
        display_name=template.display_name,
        slots=[[slot] for slot in SLOTS if template.fits(slot)],
        weight=template.weight,
        bulk=template.bulk,
        damage_type=template.damage_type,
        skills=dict(template.skill_req),
    )
