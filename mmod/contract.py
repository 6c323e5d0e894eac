"""`python -m mmod.contract docs`: write the published contract, which is made from the types, into docs/.

A test compares what it would write with what is committed, so that types and documents cannot drift apart.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmod.net.asyncapi import asyncapi, message_schemas
from mmod.net.openapi import openapi
from mmod.net.server_info import server_info_schema
from mmod.wire.delta.vectors import delta_vectors


def documents() -> dict[str, str]:
    """Return the text of every generated file by its path under docs/."""
    contents = {
        "protocol/asyncapi.json": asyncapi(),
        **{f"protocol/{path}": schema for path, schema in message_schemas().items()},
        "protocol/schemas/http/server.json": server_info_schema(),
        "protocol/delta-vectors.json": delta_vectors(),
        "admin/openapi.json": openapi(),
    }
    return {path: _text(content) for path, content in contents.items()}


def write(directory: Path) -> None:
    """Write every file, and remove schemas of messages that are no more."""
    wanted = documents()
    for stale in {*directory.glob("protocol/schemas/**/*.json")} - {directory / path for path in wanted}:
        stale.unlink()
    for path, text in wanted.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write into the directory named."""
    parser = ArgumentParser(prog="python -m mmod.contract", description="Write the published contract.")
    parser.add_argument("directory", type=Path, help="docs/ of the checkout")
    write(parser.parse_args(arguments).directory)


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
