"""Settings: one TOML file, options over it, and every value checked before anything starts."""

from mmod.config.load import load_settings
from mmod.config.settings import Settings

__all__ = ["Settings", "load_settings"]
