"""What both ends of `mmod.v1.delta` agree on; docs/protocol/delta.md is this in words."""

from __future__ import annotations

from struct import Struct

#: The flag of a state that names who left and who entered.
CROWD_CHANGED = 0x01

#: The flag of each private part that a state carries, in the order in which they follow.
PART_FLAGS = {"inventory": 0x02, "equipment": 0x04, "skills": 0x08}

#: Every flag there is.
ALL_FLAGS = CROWD_CHANGED | sum(PART_FLAGS.values())

#: Positions are whole centimetres and velocities whole millimetres per second, so that numbers are small and velocities
#: are exactly those of the JSON dialect.
PER_METRE = 100.0
PER_METRE_PER_SECOND = 1000.0

#: Millimetres per second that are one centimetre per second.
MM_PER_CM = 10.0

#: A correction of one byte moves an entity by up to this many centimetres along each axis from where it is expected:
#: what four bits hold beside the value kept free for `SHORT` and `WHOLE`.  One that walks straight on needs one at
#: most, for the rounding.
REACH = 7

#: What stands for no correction in each half of the byte; the halves are 1 to 15.
CENTRE = REACH + 1

#: A byte in place of a correction: the entity's motion follows, as a short or as a whole record.
SHORT, WHOLE = 0x00, 0x01

#: A short motion: centimetres from the expected position, x and z, then the velocity in mm/s, x and z.
SHORT_MOTION = Struct("<4h")

#: The greatest number in a short motion, either way.
SHORT_REACH = 2**15 - 1

#: A whole motion: position in cm, x and z, then the velocity in mm/s, x and z.  Doubles hold whole numbers of any size
#: that occurs exactly, and need no rule for what lies beyond.
WHOLE_MOTION = Struct("<4d")

#: The kinds of entities by their code.
KINDS = ("player", "bot")

#: Bits of a varint's byte that carry the number, and the bit that says that more bytes follow.
VARINT_BITS = 7
VARINT_MORE = 1 << VARINT_BITS

#: The greatest number in a varint: what a double holds exactly, so that every language can.
LARGEST_VARINT = 2**53 - 1
