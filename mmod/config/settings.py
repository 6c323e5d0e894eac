"""All settings of a daemon, as one frozen value."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from mmod.auth.kinds import Rules
from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.net.settings import AdminSettings, ListenSettings
from mmod.session.settings import SessionSettings
from mmod.shard.admission import StartingKit
from mmod.world.settings import EngineSettings


@frozen
class StoreSettings:
    """Where players are saved, how soon, and whether they are audited; seconds."""

    url: str
    #: Between checkpoints of one player.
    checkpoint_interval: float = 10.0
    #: The longest time an item change waits for others to share its commit; 0 acknowledges from memory.
    commit_delay: float = 0.05
    #: Without an answer before the store counts as away.
    timeout: float = 2.0
    #: For the last saves when the daemon stops; what is not saved by then goes to the spill file.
    shutdown_timeout: float = 20.0
    #: Whether a daemon that has started holds the item ledger against all states, in the background.
    audit_at_start: bool = True


@frozen
class Settings:
    """Everything a daemon needs to know before it starts."""

    listen: ListenSettings
    engine: EngineSettings
    #: None: a new one at every start.
    seed: int | None
    sessions: SessionSettings
    kit: StartingKit
    store: StoreSettings
    state_dir: Path
    auth: Rules
    admin: AdminSettings
    #: Whether it was started with `--dev`.
    dev: bool

    @property
    def items(self) -> ItemRules:
        """The item rules."""
        return self.engine.items

    @property
    def book(self) -> Rulebook:
        """The item rules and the catalogue."""
        return Rulebook(self.items, self.engine.catalogue)
