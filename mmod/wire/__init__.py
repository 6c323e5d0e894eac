"""The wire protocol (`mmod.v1.json`): typed messages, the strict codec, and the encoding of snapshots."""
