from mmod.wire.delta.bodies import states as states
