"""The world: a deterministic engine, the commands it takes, the events and frames it gives."""
