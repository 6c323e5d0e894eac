"""What a swarm is to do, from the command line."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _ArgumentGroup
from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from mmod.spatial.vector import ORIGIN, Vector
from mmod.swarm.dialects import DIALECTS
from mmod.swarm.patterns import PATTERNS
from mmod.swarm.ramp import default_ramp
from mmod.swarm.targets import Target, parsed
from mmod.swarm.tokens import dev_tokens, tokens_of
from mmod.swarm.walking import Ground

#: What the players are called: those of the next run are the same ones, so that a database does not fill up.
NAME = "swarm"

_PATTERNS = PATTERNS.items()


@frozen
class Plan:
    """One run; times in seconds.

    `tokens` holds one for each client, those of a storm last; `storm` is how many of them come late and at once.
    """

    url: str
    tokens: tuple[str, ...]
    pattern: str
    dialect: str
    ramp: float
    seconds: float
    input_rate: float
    storm: int
    session: float
    seed: int
    ground: Ground
    targets: tuple[Target, ...]

    @property
    def clients(self) -> int:
        """How many are there from the start."""
        return len(self.tokens) - self.storm


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("url", help="where clients connect, such as ws://127.0.0.1:8080/ws")
    _add_load(parser.add_argument_group("load"))
    _add_pattern(parser.add_argument_group("pattern", "; ".join(f"{name}: {each.summary}" for name, each in _PATTERNS)))
    _add_watch(parser.add_argument_group("CPU and memory of the server"))
    _add_result(parser.add_argument_group("result"))


def _add_load(group: _ArgumentGroup) -> None:
    group.add_argument("--clients", type=_count, default=100, metavar="N", help="default: 100")
    group.add_argument("--ramp", type=_amount, metavar="SECONDS", help="in which they join (default: 100 a second)")
    group.add_argument("--seconds", type=_positive, default=30.0, help="to measure once all have joined (default: 30)")
    group.add_argument("--input-rate", type=_positive, default=10.0, metavar="HZ", help="of each client (default: 10)")
    group.add_argument("--dialect", choices=tuple(DIALECTS), default=next(iter(DIALECTS)), help="default: %(default)s")
    group.add_argument("--seed", type=int, default=1, help="the same seed walks the same ways (default: 1)")
    group.add_argument("--name", default=NAME, help="players are dev:NAME-1, dev:NAME-2 ... (default: %(default)s)")
    group.add_argument("--tokens", type=Path, metavar="FILE", help="with the token of a player in each line, instead")


def _add_pattern(group: _ArgumentGroup) -> None:
    names = tuple(PATTERNS)
    group.add_argument("--pattern", choices=names, default=names[0], help="default: %(default)s")
    group.add_argument("--spread", type=_amount, default=500.0, metavar="METRES", help="they stay this near (500)")
    group.add_argument("--centre", type=_place, nargs=2, default=ORIGIN, metavar=("X", "Z"), help="to this place (0 0)")
    group.add_argument("--storm", type=_count, default=100, metavar="N", help="join-storm: so many more (default: 100)")
    group.add_argument(
        "--session", type=_positive, default=10.0, metavar="SECONDS", help="reconnect: mean length (default: 10)"
    )


def _add_watch(group: _ArgumentGroup) -> None:
    group.add_argument("--pid", type=_count, help="from the process, on this machine")
    group.add_argument("--admin", metavar="URL", help="from the admin endpoint, such as http://127.0.0.1:9090")


def _add_result(group: _ArgumentGroup) -> None:
    group.add_argument("--json", action="store_true", help="print it as JSON")
    group.add_argument("--report", type=Path, metavar="FILE.html", help="write a page with plots, in one file")
    group.add_argument(
        "--require", type=_target, action="append", default=[], metavar="FIGURE=NUMBER", help="exit status 1 if missed"
    )


def planned(arguments: Namespace) -> Plan:
    """Return what the options ask for, or raise `ConfigError`."""
    storm = arguments.storm if PATTERNS[arguments.pattern].storms else 0
    count = arguments.clients + storm
    tokens = dev_tokens(arguments.name, count) if arguments.tokens is None else tokens_of(arguments.tokens, count)
    return Plan(
        url=arguments.url,
        tokens=tuple(tokens),
        pattern=arguments.pattern,
        dialect=arguments.dialect,
        ramp=default_ramp(arguments.clients) if arguments.ramp is None else arguments.ramp,
        seconds=arguments.seconds,
        input_rate=arguments.input_rate,
        storm=storm,
        session=arguments.session,
        seed=arguments.seed,
        ground=Ground(Vector(*arguments.centre), arguments.spread),
        targets=tuple(arguments.require),
    )


def _number(least: float, words: str) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not (math.isfinite(value) and value >= least):
            raise ArgumentTypeError(f"{text} is not {words}")
        return value

    return number


_place = _number(-math.inf, "a number")
_amount = _number(0.0, "a number from 0 on")
_positive = _number(0.01, "a number from 0.01 on")


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def _target(text: str) -> Target:
    try:
        return parsed(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
