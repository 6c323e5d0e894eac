-- Everything that has happened to every item, and an opening entry for each that there is already.

CREATE TABLE item_ledger (
    entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
    player_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    -- Of the entry under that epoch; NULL for what the store did itself (quarantine, import).
    number INTEGER,
    -- Unix time in seconds.
    happened_at REAL NOT NULL,
    cause TEXT NOT NULL,
    -- Of the client's command; 0 where there was none.
    seq INTEGER NOT NULL,
    instance_id TEXT NOT NULL,
    template_id TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    -- NULL: outside the world.
    origin TEXT,
    target TEXT,
    -- A save that is repeated brings the same entries.
    UNIQUE (player_id, epoch, number)
);

CREATE INDEX item_ledger_by_instance ON item_ledger (instance_id, entry_id);

INSERT INTO item_ledger (player_id, epoch, happened_at, cause, seq, instance_id, template_id, quantity, target)
SELECT player_id, epoch, updated_at, 'opening', 0, instance_id, template_id, coalesce(quantity, 1), place
FROM (
    SELECT player_id, epoch, updated_at,
        stowed.value ->> '$.instance.instance_id' AS instance_id,
        stowed.value ->> '$.instance.template_id' AS template_id,
        stowed.value ->> '$.instance.quantity' AS quantity,
        'carried:' || (stowed.value ->> '$.compartment') AS place
    FROM player_state, json_each(CASE WHEN json_valid(inventory) THEN inventory ELSE '{}' END, '$.items') AS stowed
    WHERE stowed.type = 'object'
    UNION ALL
    SELECT player_id, epoch, updated_at,
        worn.value ->> '$.instance_id', worn.value ->> '$.template_id', worn.value ->> '$.quantity', 'worn:' || worn.key
    FROM player_state, json_each(CASE WHEN json_valid(equipment) THEN equipment ELSE '{}' END, '$.slots') AS worn
    WHERE worn.type = 'object'
)
WHERE instance_id IS NOT NULL AND template_id IS NOT NULL
ORDER BY player_id, place;
