from mmod.spatial.reach import Floats, Ints

def reached(
    keys: Ints,
    x: Floats,
    z: Floats,
    order: Ints,
    centres: Floats,
    low: Ints,
    high: Ints,
    square: float,
    without: Ints,
) -> tuple[Ints, Ints]: ...
