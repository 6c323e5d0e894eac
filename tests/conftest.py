"""Settings of all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import postgres_server

# `make test` looks at few examples and is quick; HYPOTHESIS_PROFILE=thorough looks at many.
settings.register_profile("quick", max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_addoption(parser):
    parser.addoption(
        "--every-store",
        action="store_true",
        help="run the functional tests that take their time on PostgreSQL and memory too, not on SQLite alone",
    )


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for all tests; whoever stops, freezes or fills one starts another (`tests.postgres`)."""
    with postgres_server() as server:
        yield server
