"""The page's decoder of the binary dialect, in node."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mmod.wire.dialects import Dialect

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and os.environ.get("CI") != "true", reason="node is not installed"
)

ROOT = Path(__file__).parents[3]


def test_it_reads_and_refuses_the_published_vectors():
    done = subprocess.run(
        ["node", "--test", str(Path(__file__).with_name("delta.test.mjs"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_names_the_dialect_as_the_server_does():
    script = (ROOT / "mmod" / "web" / "static" / "delta.js").read_text(encoding="utf-8")
    assert f'DELTA_SUBPROTOCOL = "{Dialect.DELTA.value}"' in script
