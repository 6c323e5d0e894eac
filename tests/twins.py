"""The compiled twins of the hot path, for tests that hold both to the same."""

from importlib import import_module


def twins(pure, compiled):
    """Return the two modules of these names, or the first alone where the other could not be built.

    (Under CI `tests.system_packages` fails then.)
    """
    try:
        return (import_module(pure), import_module(compiled))
    except ImportError:
        return (import_module(pure),)
