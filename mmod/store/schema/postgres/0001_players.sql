-- Players, the rows that could not be used, and the number of the newest migration that has run.

CREATE TABLE schema_version (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied_at double precision NOT NULL
);

CREATE TABLE player_state (
    -- By code point, whatever the collation of the database: pages of players are in this order.
    player_id text COLLATE "C" PRIMARY KEY,
    -- 0 only inside the transaction that claims a new player.
    epoch bigint NOT NULL CHECK (epoch >= 0),
    version bigint NOT NULL CHECK (version >= 0),
    -- False for a player that was claimed and never saved: the columns down to sequences are then NULL, but for the name.
    has_state boolean NOT NULL,
    name text,
    x double precision,
    z double precision,
    inventory jsonb,
    equipment jsonb,
    skills jsonb,
    versions jsonb,
    sequences jsonb,
    resume_hash bytea,
    -- Unix time in seconds; NULL while the connection is thought to be open.
    disconnected_at double precision,
    updated_at double precision NOT NULL
)
-- Rows are rewritten all the time and no indexed column ever changes: with room in its page a new version needs no new
-- index entry, and the old one is cleaned up without a vacuum.
WITH (fillfactor = 60);

CREATE TABLE quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason text NOT NULL,
    set_aside_at double precision NOT NULL,
    player_id text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    version bigint NOT NULL,
    has_state boolean NOT NULL,
    name text,
    x double precision,
    z double precision,
    inventory jsonb,
    equipment jsonb,
    skills jsonb,
    versions jsonb,
    sequences jsonb,
    resume_hash bytea,
    disconnected_at double precision,
    updated_at double precision NOT NULL
);
