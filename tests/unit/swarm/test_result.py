import msgspec

from mmod.swarm.figures import FIGURES
from mmod.swarm.result import as_json

from .results import result


def test_a_result_as_json_holds_figures_course_and_what_was_missed_but_no_token():
    text = msgspec.json.encode(as_json(result(complaints=["lost is 2"], lost={"cut": 2})))
    told = msgspec.json.decode(text)
    assert set(told["figures"]) == set(FIGURES)
    assert told["series"][0]["server_cpu"] == 0.5
    assert (told["clients"], told["storm"], told["lost"], told["missed"]) == (2, 1, {"cut": 2}, ["lost is 2"])
    assert b"secret" not in text
