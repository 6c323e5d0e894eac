"""Where players are kept: the stores, the one writer before them, and the spill file for what no store would take."""
