"""What the functional tests stand on: the daemon as a process, its clients, and its operator."""
