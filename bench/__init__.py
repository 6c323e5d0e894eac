"""Benchmarks, run on purpose with `make bench`; never part of the tests."""
