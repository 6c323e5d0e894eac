"""The binary dialect `mmod.v1.delta`: states as differences to what each client was last sent.

`encoder` is the daemon's side and works on NumPy arrays.  `decoder` is the reference for clients and needs the standard
library only.  docs/protocol/delta.md says what every byte means.
"""
