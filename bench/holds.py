"""What keeps the reactor from its other work: the longest turn, and the longest collection of garbage."""

from __future__ import annotations

import gc
import time
from typing import Any

from twisted.internet.task import LoopingCall

#: Seconds between two looks.  It is the resolution, and costs about 1 % of the processor.
LOOK = 0.001


class Holds:
    """Notes the processor time (s) of the longest turn without its garbage, and of the longest collection.

    Processor time, because what others do on the machine keeps us as well, and says nothing about us.
    """

    def __init__(self) -> None:
        self.own = self.garbage = 0.0
        self._since_look = 0.0
        self._turned = self._began = time.process_time()
        self._loop = LoopingCall(self._look)
        self._loop.start(LOOK)
        gc.callbacks.append(self._collected)

    def stop(self) -> None:
        """Look no more."""
        self._loop.stop()
        gc.callbacks.remove(self._collected)

    def _look(self) -> None:
        now = time.process_time()
        self.own = max(self.own, now - self._turned - self._since_look)
        self._turned, self._since_look = now, 0.0

    def _collected(self, phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            self._began = time.process_time()
            return
        took = time.process_time() - self._began
        self._since_look += took
        self.garbage = max(self.garbage, took)
