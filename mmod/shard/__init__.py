"""One running world: engine, store and sessions joined.  Deferreds begin here; no socket is known."""
