"""The dialects of version 1, which a client asks for as WebSocket subprotocols."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from mmod.wire.messages import SUBPROTOCOL


class Dialect(Enum):
    """How states are sent; everything else is the same JSON text in all of them."""

    JSON = SUBPROTOCOL
    DELTA = "mmod.v1.delta"

    @property
    def binary(self) -> bool:
        """Whether states go out as binary frames."""
        return self is Dialect.DELTA


def known(offered: Iterable[str]) -> list[Dialect]:
    """Return the dialects among the subprotocols a client offers, each once, those it would rather have first."""
    names = {dialect.value: dialect for dialect in Dialect}
    return [names[name] for name in dict.fromkeys(offered) if name in names]
