"""The wire protocol: typed messages, the strict codec, and the encoding of snapshots in both dialects."""
