"""Walking by pointing, as far as it needs no browser."""

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

WALK = Path(str(files("mmod"))) / "web" / "static" / "walk"


@pytest.mark.skipif(shutil.which("node") is None and os.environ.get("CI") != "true", reason="node is not installed")
def test_pointing_walks_and_stops_as_it_should(tmp_path):
    """The modules run from a copy beside a package.json: only that tells every node that they are modules."""
    scripts = tmp_path / "walk"
    shutil.copytree(WALK, scripts)
    (scripts / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        ["node", "--test", str(Path(__file__).with_name("walk.test.mjs"))],
        env={**os.environ, "MMOD_WALK_SCRIPTS": f"{scripts.as_uri()}/"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
