"""Unit tests run no reactor, so an alarm signal can end one that hangs: a thread for each would cost more than it."""

import gc
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(60, method="signal"))


def pytest_collection_finish() -> None:
    """Keep the collector from looking again and again through thousands of tests that stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
