from mmod.wire.fragments import move as move
from mmod.wire.fragments import states as states
