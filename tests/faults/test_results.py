"""The table at the end of a run."""

import json

from .harness.checker import Finding, Verdict
from .harness.results import Results, Trial


def results():
    results = Results()
    results.add(Trial.of("frozen", Verdict(10, 3, ()), lateness_p99=0.002, machine_p99=0.0, slowest_refusal=0.5))
    results.add(Trial.of("killed", Verdict(7, 0, (Finding("lost", "a sword"), Finding("doubled", "a cap")))))
    results.add(Trial.of("frozen", Verdict(1, 1, ()), lateness_p99=0.0234, machine_p99=0.01))
    return results


def test_the_trials_of_a_fault_are_one_line_with_sums_and_the_worst_times():
    heading, frozen, killed = (line.split() for line in results().table())
    assert heading[:2] == ["fault", "repetitions"]
    assert frozen == ["frozen", "2", "11", "4", "0", "0", "23.4", "ms", "10.0", "ms", "500.0", "ms"]
    assert killed == ["killed", "1", "7", "0", "1", "1", "-", "-", "-"]


def test_every_trial_is_written_as_json(tmp_path):
    file = tmp_path / "build" / "faults.json"
    results().write(file)
    written = json.loads(file.read_text(encoding="utf-8"))
    assert [trial["fault"] for trial in written] == ["frozen", "killed", "frozen"]
    assert written[0]["slowest_refusal"] == 0.5
