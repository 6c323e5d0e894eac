"""How late the machine itself is, on the core of the daemon.

A tick that comes late because nobody had the processor is no fault of the daemon.  So a process that does nothing but
sleep until its next beat notes how late it wakes, and for how long the daemon has been ready to run and did not get the
processor since the beat before; and the daemon is judged against that.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import psutil

#: Seconds between two beats: as many as there are ticks.
BEAT = 0.05

#: Seconds in which the process must have begun, and in which it ends.
PATIENCE = 10.0


#: Beats whose delays may add up in one tick: the daemon takes so long to catch up with what it has missed.
MEMORY = 4

#: What the kernel says of a process: nanoseconds it ran, nanoseconds it was ready to and did not, and how often it ran.
SCHEDULING = "/proc/{pid}/schedstat"


class Metronome:
    """Beats beside a process from `__enter__` to `__exit__`, and writes each beat into a file."""

    def __init__(self, file: Path, pid: int, core: int | None) -> None:
        self._file = file
        self._pid = pid
        self._core = core

    def __enter__(self) -> Metronome:
        with self._file.open("wb") as output:
            self._process = subprocess.Popen([sys.executable, "-I", __file__, str(self._pid)], stdout=output)
        if self._core is not None:
            psutil.Process(self._process.pid).cpu_affinity([self._core])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def delays(self, since: float, until: float) -> list[float]:
        """Return what the machine may have added (s) to a tick at each beat between two monotonic times."""
        lines = self._file.read_text(encoding="ascii").splitlines()[:-1]  # the last one may not be whole
        beats = [tuple(map(float, line.split())) for line in lines]
        return delays([(late, waited) for due, late, waited in beats if since <= due <= until])


def delays(beats: Sequence[tuple[float, float]]) -> list[float]:
    """Return what the machine may have added to a tick at each beat, of which each was late and the daemon waited."""
    waits = [waited for _, waited in beats]
    return [max(late, sum(waits[max(0, n - MEMORY + 1) : n + 1])) for n, (late, _) in enumerate(beats)]


def beat(pid: int) -> None:
    """Beat for ever: print when each beat was due, how late it was, and how long the process has waited before it."""
    due, waited = time.monotonic(), waiting(pid)
    while True:
        due += BEAT
        time.sleep(max(0.0, due - time.monotonic()))
        late, now = time.monotonic() - due, waiting(pid)
        print(due, late, now - waited, flush=True)  # noqa: T201 - this is what the process is for
        waited = now
        if late > BEAT:
            due += late // BEAT * BEAT


def waiting(pid: int) -> float:
    """Return for how long (s) a process has ever been ready to run without a processor; 0 where nobody counts it."""
    try:
        return int(Path(SCHEDULING.format(pid=pid)).read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


if __name__ == "__main__":
    beat(int(sys.argv[1]))
