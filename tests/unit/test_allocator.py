import subprocess
import sys

#: Ten ticks of a thousand states after a first one, and how many pages the kernel had to give for them.
TICKS = """
import resource
from mmod import allocator

def tick():
    states = [bytes(6000) for _ in range(1000)]
    del states

def given():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

assert allocator.settle()
tick()
before = given()
for _ in range(10):
    tick()
print(given() - before)
"""


def test_what_a_tick_has_freed_is_there_for_the_next_one():
    run = subprocess.run([sys.executable, "-c", TICKS], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 100  # without it, 13,000
