import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mmod.metrics.bulk import BulkCounter, BulkHistogram, LabelledHistogram, PlainHistogram

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


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([0, 0.5, 1, 2, 2.5, 3, 100, 101, 1e6]))))
def test_with_a_label_too(observed):
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    labelled = LabelledHistogram("x", "X.", "kind", ["a", "b"], BUCKETS, ours)
    each = Histogram("x", "X.", ["kind"], buckets=BUCKETS, registry=theirs)
    plain = {kind: each.labels(kind) for kind in "ab"}
    for kind, value in observed:
        labelled.children[kind].observe(value)
        plain[kind].observe(value)
    assert samples(ours) == samples(theirs)


@given(st.lists(st.sampled_from([0, 0.5, 1, 2, 2.5, 3, 100, 101, 1e6])))
def test_and_one_by_one(values):
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    plain, each = PlainHistogram("x", "X.", BUCKETS, ours), Histogram("x", "X.", buckets=BUCKETS, registry=theirs)
    for value in values:
        plain.observe(value)
        each.observe(value)
    assert samples(ours) == samples(theirs)


def test_a_counter_shows_what_a_counter_shows():
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    bulk, plain = BulkCounter("x", "X.", ours), Counter("x", "X.", registry=theirs)
    for _ in range(3):
        bulk.inc()
        plain.inc()
    assert samples(ours) == samples(theirs) == {("x_total",): 3.0}


@pytest.mark.parametrize(
    ("taken", "make"),
    [
        ("x_sum", lambda registry: BulkHistogram("x", "X.", BUCKETS, registry)),
        ("x_sum", lambda registry: PlainHistogram("x", "X.", BUCKETS, registry)),
        ("x_total", lambda registry: BulkCounter("x", "X.", registry)),
        ("x_sum", lambda registry: LabelledHistogram("x", "X.", "kind", ["a"], BUCKETS, registry)),
    ],
)
def test_its_name_is_taken(taken, make):
    registry = CollectorRegistry()
    make(registry)
    with pytest.raises(ValueError, match="Duplicated"):
        Gauge(taken, "Y.", registry=registry)
