"""`mmod swarm`: many clients of one server at once, to measure it.

The only part of mmod that runs on asyncio: its clients are picows on uvloop (decision 9), so that one process can play
thousands.  What is measured and decided is pure and tested without a socket (`histogram`, `tally`, `walking`,
`patterns`, `ramp`, `figures`, `targets`, `plots`); `player`, `population`, `pacing`, `observation`, `course` and
`measurement` do the rest.
"""
