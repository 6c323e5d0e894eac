"""The table of protocol.md, "Refusals and closes"."""

import pytest

from mmod.errors import AuthRefused, BadRequest, ItemNotFound, Unavailable, UnknownType, WorldFull
from mmod.session.closing import HelloTimeout, IdleTimeout, Kicked, RateLimited, Replaced, close_code


@pytest.mark.parametrize(
    ("error", "code", "close"),
    [
        (BadRequest, "bad_request", 4000),
        (UnknownType, "unknown_type", 4000),
        (HelloTimeout, "hello_timeout", 4000),
        (AuthRefused, "auth", 4001),
        (RateLimited, "rate_limited", 4002),
        (Replaced, "replaced", 4003),
        (IdleTimeout, "idle_timeout", 4004),
        (WorldFull, "world_full", 4005),
        (Kicked, "kicked", 4006),
        (Unavailable, "unavailable", 1013),
        (ItemNotFound, "item_not_found", 4000),
    ],
)
def test_every_refusal_has_its_code_and_its_close(error, code, close):
    assert (error.code, close_code(error("why"))) == (code, close)
