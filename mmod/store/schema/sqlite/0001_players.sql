-- Players, the rows that could not be used, and the number of the newest migration that has run.

CREATE TABLE schema_version (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at REAL NOT NULL
);

CREATE TABLE player_state (
    player_id TEXT NOT NULL PRIMARY KEY CHECK (typeof(player_id) = 'text'),
    epoch INTEGER NOT NULL CHECK (typeof(epoch) = 'integer' AND epoch >= 1),
    version INTEGER NOT NULL CHECK (typeof(version) = 'integer' AND version >= 0),
    -- 0 for a player that was claimed and never saved: the columns down to sequences are then NULL, but for the name.
    has_state INTEGER NOT NULL CHECK (has_state IN (0, 1)),
    name TEXT,
    x REAL,
    z REAL,
    inventory TEXT,
    equipment TEXT,
    skills TEXT,
    versions TEXT,
    sequences TEXT,
    resume_hash BLOB,
    -- Unix time in seconds; NULL while the connection is thought to be open.
    disconnected_at REAL,
    updated_at REAL NOT NULL
);

CREATE TABLE quarantine (
    quarantine_id INTEGER PRIMARY KEY AUTOINCREMENT,
    reason TEXT NOT NULL,
    set_aside_at REAL NOT NULL,
    player_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    version INTEGER NOT NULL,
    has_state INTEGER NOT NULL,
    name TEXT,
    x REAL,
    z REAL,
    inventory TEXT,
    equipment TEXT,
    skills TEXT,
    versions TEXT,
    sequences TEXT,
    resume_hash BLOB,
    disconnected_at REAL,
    updated_at REAL NOT NULL
);
