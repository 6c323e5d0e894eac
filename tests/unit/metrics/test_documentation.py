"""docs/metrics.md names every metric there is, with its kind, and no other."""

import re
from pathlib import Path

from mmod.metrics.instruments import Instruments

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"


def documented():
    rows = re.findall(r"^\| `(\w+)(?:\{([\w, ]+)\})?` \| (\w+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return {name: (kind, tuple(labels.split(", ")) if labels else (), meaning) for name, labels, kind, meaning in rows}


def existing():
    families = [family for family in Instruments().registry.collect() if family.name.startswith("mmod_")]
    return {family.name + ("_total" if family.type == "counter" else ""): family.type for family in families}


def test_every_metric_is_documented_with_its_kind_and_none_besides():
    assert {name: kind for name, (kind, _, _) in documented().items()} == existing()


def test_every_metric_has_a_meaning():
    assert all(len(meaning.split()) >= 3 for _, _, meaning in documented().values())


def test_names_end_in_a_unit_where_they_have_one():
    assert all(
        name.endswith(("_seconds", "_bytes", "_in_sight")) for name, kind in existing().items() if kind == "histogram"
    )
