-- Everything that has happened to every item, and an opening entry for each that there is already.

CREATE TABLE item_ledger (
    -- In the order in which what happened to one player was written: its row in player_state is locked meanwhile.
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    player_id text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    -- Of the entry under that epoch; NULL for what the store did itself (quarantine, import).
    number bigint,
    -- Unix time in seconds.
    happened_at double precision NOT NULL,
    cause text NOT NULL,
    -- Of the client's command; 0 where there was none.
    seq bigint NOT NULL,
    instance_id text COLLATE "C" NOT NULL,
    template_id text NOT NULL,
    quantity bigint NOT NULL,
    -- NULL: outside the world.
    origin text,
    target text,
    -- A save that is repeated brings the same entries.
    UNIQUE (player_id, epoch, number)
);

CREATE INDEX item_ledger_by_instance ON item_ledger (instance_id, entry_id);

INSERT INTO item_ledger (player_id, epoch, happened_at, cause, seq, instance_id, template_id, quantity, target)
SELECT player_id, epoch, updated_at, 'opening', 0, item ->> 'instance_id', item ->> 'template_id',
    CASE WHEN item ->> 'quantity' ~ '^[0-9]{1,7}$' THEN (item ->> 'quantity')::bigint ELSE 1 END, place
FROM (
    SELECT player_id, epoch, updated_at, stowed -> 'instance' AS item, 'carried:' || (stowed ->> 'compartment') AS place
    FROM player_state, jsonb_array_elements(
        CASE jsonb_typeof(inventory -> 'items') WHEN 'array' THEN inventory -> 'items' ELSE '[]' END) AS stowed
    UNION ALL
    SELECT player_id, epoch, updated_at, worn.value, 'worn:' || worn.key
    FROM player_state, jsonb_each(
        CASE jsonb_typeof(equipment -> 'slots') WHEN 'object' THEN equipment -> 'slots' ELSE '{}' END) AS worn
) AS items
WHERE item ->> 'instance_id' IS NOT NULL AND item ->> 'template_id' IS NOT NULL
ORDER BY player_id, place;
