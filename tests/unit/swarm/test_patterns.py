from mmod.spatial.vector import ORIGIN
from mmod.swarm.patterns import PATTERNS
from mmod.swarm.walking import BorderRunner, CrowdMember, Ground, Wanderer


def test_the_patterns_are_those_of_the_documentation():
    ground = Ground(ORIGIN, 100.0)
    walkers = {name: type(pattern.walker(ground)) for name, pattern in PATTERNS.items()}
    assert walkers == {
        "wander": Wanderer,
        "crowd": CrowdMember,
        "border-run": BorderRunner,
        "join-storm": Wanderer,
        "reconnect": Wanderer,
    }


def test_only_the_two_that_are_named_so_storm_and_reconnect():
    assert [name for name, pattern in PATTERNS.items() if pattern.storms] == ["join-storm"]
    assert [name for name, pattern in PATTERNS.items() if pattern.reconnects] == ["reconnect"]


def test_each_runner_has_a_border_of_its_own():
    ground = Ground(ORIGIN, 100.0)
    assert PATTERNS["border-run"].walker(ground) is not PATTERNS["border-run"].walker(ground)
