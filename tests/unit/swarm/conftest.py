import pytest

from mmod.wire.messages import WorldConfig


@pytest.fixture
def world():
    return WorldConfig(
        tick_hz=20, snapshot_hz=10, aoi_radius=128.0, cell_size=256.0, handover_hysteresis=2.0, move_speed=3.0
    )
