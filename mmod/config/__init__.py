"""Settings: one TOML file, options over it, and every value checked before anything starts."""

from mmod.config.load import Loaded, load_settings
from mmod.config.options import Options
from mmod.config.settings import Settings

__all__ = ["Loaded", "Options", "Settings", "load_settings"]
