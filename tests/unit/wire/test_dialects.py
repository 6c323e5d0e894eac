import pytest

from mmod.wire.dialects import Dialect, known


@pytest.mark.parametrize(
    ("offered", "ours"),
    [
        ([], []),
        (["mmod.v2.json", "delta", "MMOD.V1.JSON"], []),
        (["x", "mmod.v1.delta", "mmod.v1.json"], [Dialect.DELTA, Dialect.JSON]),
        (["mmod.v1.json", "mmod.v1.delta", "mmod.v1.json"], [Dialect.JSON, Dialect.DELTA]),
    ],
)
def test_the_order_of_an_offer_is_kept(offered, ours):
    assert known(offered) == ours


def test_only_differences_are_binary():
    assert [dialect.binary for dialect in Dialect] == [False, True]
