"""Names the programs that tests need and PyPI does not have; fails for want of them under CI=true only."""

from __future__ import annotations

import os
import shutil
import sys

#: Program, and the Debian package it comes in.
PROGRAMS = {"chromium": "chromium", "node": "nodejs", "promtool": "prometheus", "systemd-analyze": "systemd"}


def main() -> int:
    """Return the exit status."""
    missing = {program: package for program, package in PROGRAMS.items() if shutil.which(program) is None}
    if not missing:
        return 0
    print(f"not found: {', '.join(missing)}; the tests that need them are skipped. On Debian:")  # noqa: T201
    print(f"    apt-get install {' '.join(missing.values())}")  # noqa: T201
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
