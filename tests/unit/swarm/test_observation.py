import asyncio
import os
import time

import pytest

from mmod.swarm.observation import ProcessFile, ServerUnseen, Usage, bottleneck, parsed_metrics, parsed_stat

STAT = "4711 (twistd (x) y) S 1 2 3 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 3 0 100 9000000 2000 18446744073709551615 1"


def test_a_line_of_proc_is_read_whatever_the_process_is_called():
    assert parsed_stat(STAT, ticks=100, page=4096) == Usage(3.0, 2000 * 4096)


def test_a_page_of_metrics_is_read():
    text = "# HELP process_cpu_seconds_total x\nprocess_cpu_seconds_total 12.5\nprocess_resident_memory_bytes 9.2e+07\n"
    assert parsed_metrics(text) == Usage(12.5, 92e6)


def test_a_page_without_the_process_is_refused():
    with pytest.raises(ValueError, match="process_cpu_seconds_total"):
        parsed_metrics("up 1\n")


def test_this_process_can_be_seen():
    usage = asyncio.run(ProcessFile(os.getpid()).read())
    assert usage.memory > 2**20
    assert 0 < usage.cpu <= time.process_time() + 1.0


def test_a_process_that_is_gone_is_told_as_such():
    with pytest.raises(ServerUnseen, match="cannot be read"):
        asyncio.run(ProcessFile(2**22 + 1).read())


def test_the_swarm_says_when_it_was_slow_itself():
    assert bottleneck(0.5, 0.001) is None
    assert "95% of a core" in bottleneck(0.95, 0.001)
    assert "40 ms late" in bottleneck(0.5, 0.040)
