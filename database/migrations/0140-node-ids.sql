-- The id of a node is the name of its folder, a part of addresses and a word of configurations: letters,
-- digits, '-', '_' and '.', a letter or a digit first, at most 100.
--
-- NOT VALID: rows that exist are kept as they are, whatever their ids. Their sites are not built, and
-- every command that comes across one names it.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = 'robbieblocks_node_branding'::regclass
            AND conname = 'robbieblocks_node_branding_node_id_check')
    THEN
        ALTER TABLE robbieblocks_node_branding
            ADD CONSTRAINT robbieblocks_node_branding_node_id_check
            CHECK (node_id COLLATE "C" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$') NOT VALID;
    END IF;
END
$$;
