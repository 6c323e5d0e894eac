"""The `mmod` command: tools for developers and operators, one module each."""
