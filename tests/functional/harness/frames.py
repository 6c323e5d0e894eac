"""How evenly a page draws: the times between its frames, with a crowd in sight."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from attrs import frozen

from .page import Page

#: In sight at once.
CROWD = 200

#: Where the walk begins, in m east of the middle: it ends as far on the other side.
START = -15.0

#: A small world with as many bots, all of which are in sight from the whole walk: the farthest corner is 118 m away.
CROWDED = {"world.bounds": 75, "world.spawn": [START, 0], "bots.target_per_cell": CROWD, "bots.max": CROWD}

_TIMES = """(seconds) => new Promise((resolve) => {
  const frames = [];
  const draw = (now) => {
    frames.push(now);
    if (now - frames[0] < 1000 * seconds) requestAnimationFrame(draw);
    else resolve(frames.slice(1).map((at, index) => at - frames[index]));
  };
  requestAnimationFrame(draw);
})"""


@frozen
class Frames:
    """Times between frames, in ms."""

    times: list[float]

    @property
    def median(self) -> float:
        """Half of the frames came sooner."""
        return median(self.times)

    @property
    def lower_quartile(self) -> float:
        """A quarter of the frames came sooner: what there is when nobody else wants the processor."""
        return quantiles(self.times, n=4)[0]

    def __str__(self) -> str:
        cuts = quantiles(self.times, n=100)
        rate = 1000 * len(self.times) / sum(self.times)
        return (
            f"{CROWD} in sight: {rate:.1f} frames/s, median {self.median:.1f} ms, 95 % within {cuts[94]:.1f} ms, "
            f"99 % within {cuts[98]:.1f} ms, longest {max(self.times):.0f} ms ({len(self.times)} frames)"
        )


def measured(page: Page, seconds: float) -> Frames:
    """Walk about in the crowd for a while, and return how the page drew meanwhile."""
    page.page.keyboard.down("d")
    times: Any = page.page.evaluate(_TIMES, seconds)
    page.page.keyboard.up("d")
    return Frames(times)


def surrounded(page: Page, *, is_survey: bool) -> None:
    """Wait until the crowd is there and the camera stands; a survey shows all of it."""
    page.when(lambda state: state["entityCount"] >= CROWD, "the crowd is in sight")
    page.when(lambda state: state["camera"]["scale"] == 9 * state["camera"]["ratio"], "the camera has come down")
    if is_survey:
        page.page.keyboard.press("m")
        page.until("document.querySelector('#survey').ariaPressed === 'true'", "all of it is shown")
