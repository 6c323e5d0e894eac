from mmod.wire.fragments import Floats, Ints

def move(fragments: list[bytes], heads: list[bytes], goings: list[bytes], rows: Ints, positions: Floats) -> None: ...
def states(
    tick: int,
    acks: Ints,
    viewers: Ints,
    offsets: Ints,
    rows: Ints,
    fragments: list[bytes],
    tails: list[bytes],
    privates: list[bytes],
) -> list[bytes]: ...
