"""Names what tests need and PyPI does not have; fails for want of it under CI=true only."""

from __future__ import annotations

import os
import shutil
import sys

from mmod.speedups import COMPILED

#: Program, and the Debian package it comes in.
PROGRAMS = {"chromium": "chromium", "node": "nodejs", "promtool": "prometheus", "systemd-analyze": "systemd"}

#: What compiled modules are built with.
COMPILER = "gcc python3-dev"


def missing() -> dict[str, str]:
    """Return what is not here, and the packages it comes in."""
    found = {program: package for program, package in PROGRAMS.items() if shutil.which(program) is None}
    return found if COMPILED else {**found, "compiled modules": COMPILER}


def main() -> int:
    """Return the exit status."""
    wanted = missing()
    if not wanted:
        return 0
    print(f"not found: {', '.join(wanted)}; the tests that need them are skipped. On Debian:")  # noqa: T201
    print(f"    apt-get install {' '.join(wanted.values())}")  # noqa: T201
    if "compiled modules" in wanted:
        print("    make clean  # so that they are built then")  # noqa: T201
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
