from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mmod.wire.delta.bodies import Ints

def states(
    heads: Ints,
    crowds: Sequence[bytes],
    offsets: Ints,
    seen: Ints,
    stayed: NDArray[np.bool_],
    codes: NDArray[np.uint8],
    short: NDArray[np.int16],
    whole: NDArray[np.float64],
    tails: Sequence[bytes],
) -> list[bytes]: ...
