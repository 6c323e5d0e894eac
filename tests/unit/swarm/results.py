"""A result as a run would give it."""

from mmod.spatial.vector import ORIGIN
from mmod.swarm.course import Sample
from mmod.swarm.figures import FIGURES
from mmod.swarm.histogram import Histogram
from mmod.swarm.plan import Plan
from mmod.swarm.result import Result
from mmod.swarm.walking import Ground


def result(*, server=True, complaints=(), bottleneck=None, lost=None):
    intervals, acks = Histogram(), Histogram()
    intervals.add(0.1)
    acks.add(0.06)
    plan = Plan(
        url="ws://game.example/ws?<b>",
        tokens=("secret-1", "secret-2", "secret-3"),
        pattern="join-storm",
        dialect="json",
        ramp=1.0,
        seconds=2.0,
        input_rate=10.0,
        storm=1,
        session=10.0,
        seed=1,
        ground=Ground(ORIGIN, 500.0),
        targets=(),
    )
    unseen = {} if server else dict.fromkeys(("server_cpu", "cpu_per_state", "server_memory"))
    seen = (0.5, 90 * 2**20) if server else (None, None)
    return Result(
        plan=plan,
        figures=dict.fromkeys(FIGURES, 1234.5) | unseen,
        refused={},
        lost=lost or {},
        series=tuple(Sample(at, 2, 20.0, 0.01, *seen) for at in (1.0, 2.0)),
        intervals=intervals,
        acks=acks,
        bottleneck=bottleneck,
        complaints=tuple(complaints),
    )
