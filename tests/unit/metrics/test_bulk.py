import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Gauge, Histogram

from mmod.metrics.bulk import BulkHistogram

BUCKETS = (0, 1, 2.5, 100)


def samples(registry):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


@given(st.lists(st.lists(st.sampled_from([0, 0.5, 1, 2, 2.5, 3, 100, 101, 1e6]), max_size=9), max_size=4))
def test_it_shows_what_a_histogram_shows_that_was_told_each_value(batches):
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    bulk, each = BulkHistogram("x", "X.", BUCKETS, ours), Histogram("x", "X.", buckets=BUCKETS, registry=theirs)
    for batch in batches:
        bulk.observe(batch)
        for value in batch:
            each.observe(value)
    assert samples(ours) == samples(theirs)


def test_its_name_is_taken():
    registry = CollectorRegistry()
    BulkHistogram("x", "X.", BUCKETS, registry)
    with pytest.raises(ValueError, match="Duplicated"):
        Gauge("x_sum", "Y.", registry=registry)
