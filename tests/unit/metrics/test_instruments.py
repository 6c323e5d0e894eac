import re

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from mmod import __version__
from mmod.metrics.instruments import EQUIPMENT_CODES, Instruments


@pytest.fixture
def instruments():
    return Instruments()


def families(instruments):
    return list(text_string_to_metric_families(generate_latest(instruments.registry).decode()))


def ours(instruments):
    return [family for family in families(instruments) if family.name.startswith("mmod_")]


def test_two_daemons_in_one_process_do_not_share_anything(instruments):
    other = Instruments()
    instruments.ticks.inc()
    assert other.registry.get_sample_value("mmod_ticks_total") == 0.0


def test_every_metric_of_ours_is_named_and_described_as_prometheus_wants_it(instruments):
    for family in ours(instruments):
        assert re.fullmatch(r"mmod_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
        if family.name.endswith(("duration", "latency", "lateness", "rtt")):
            pytest.fail(f"{family.name} has no unit")


def test_no_label_can_hold_an_identity(instruments):
    labels = {label for family in ours(instruments) for sample in family.samples for label in sample.labels}
    assert labels <= {"le", "code", "operation", "phase", "reason", "result", "version"}


def test_all_metrics_together_are_few_series(instruments):
    assert sum(len(family.samples) for family in families(instruments)) < 500


def test_every_result_of_an_item_command_is_there_from_the_start(instruments):
    for operation in ("equip", "unequip"):
        for code in EQUIPMENT_CODES:
            labels = {"operation": operation, "code": code}
            assert instruments.registry.get_sample_value("mmod_equipment_operations_total", labels) == 0.0


def test_the_version_is_told(instruments):
    assert instruments.registry.get_sample_value("mmod_build_info", {"version": __version__}) == 1.0


def test_the_process_itself_is_watched(instruments):
    names = {family.name for family in families(instruments)}
    assert {"process_resident_memory_bytes", "python_info", "python_gc_collections"} <= names
