"""The Python in docs/python-api.md runs, block after block, and names what there is."""

import re
from pathlib import Path

from mmod.shard.persistence import Persistence
from mmod.world.engine import Engine

PAGE = Path(__file__).parents[2] / "docs" / "python-api.md"


def test_every_block_of_the_python_page_runs():
    blocks = re.findall(r"^```python\n(.+?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    namespace = {}
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), namespace)  # noqa: S102 - that is the test


def test_the_tables_of_the_python_page_name_what_there_is():
    first_cells = re.findall(r"^\| (`.+?`) \| ", PAGE.read_text(), re.MULTILINE)
    named = {name for cell in first_cells for name in re.findall(r"`(\w+)", cell)}
    assert named - {"Engine"} <= {*dir(Engine), *dir(Persistence)}
    public = {name for name in vars(Engine) if not name.startswith("_")}
    assert public - named == {"tick", "now"}
