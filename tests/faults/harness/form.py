"""Which form of the tests runs: `MMOD_FAULTS=long` asks for the long one, of `make test-faults`."""

import os

#: Whether every fault is tried with several seeds and for as long as the requirements say.
LONG = os.environ.get("MMOD_FAULTS") == "long"
