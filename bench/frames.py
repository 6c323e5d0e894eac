"""Measures how evenly the page draws with 200 in sight: `python -m bench.frames [SECONDS]`, on a quiet machine.

The browser is the tests', which draws without a graphics card; the daemon runs beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.functional.harness.browser import launched
from tests.functional.harness.daemon import Daemon
from tests.functional.harness.frames import CROWDED, measured, surrounded
from tests.functional.harness.page import DESKTOP, HANDHELD, Page

#: What is measured: a window, and whether all that is in sight is drawn or what is near.
VIEWS = {
    "desktop, near": ({"viewport": DESKTOP}, False),
    "desktop, all in sight": ({"viewport": DESKTOP}, True),
    "phone, near": (HANDHELD, False),
    "phone, all in sight": (HANDHELD, True),
}


def main(seconds: float) -> None:
    """Print a line for each view."""
    with TemporaryDirectory() as directory, launched() as browser:
        daemon = Daemon(Path(directory), "--dev", settings={**CROWDED, "world.linger": 0}).start()
        for number, (title, (options, is_survey)) in enumerate(VIEWS.items()):
            page = Page(browser, daemon.url, **options)
            page.join(f"Frames {number}")
            surrounded(page, is_survey=is_survey)
            print(f"{title}: {measured(page, seconds)}", flush=True)  # noqa: T201
            page.close()
        daemon.stop()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
