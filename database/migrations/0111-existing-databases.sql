-- What databases that another program made before need: rows of theirs are told from ours.

-- Rows without a transaction are another program's, done or old when the database was adopted: no
-- builder looks at them.
DROP INDEX IF EXISTS robbieblocks_change_triggers_pending_idx;
CREATE INDEX robbieblocks_change_triggers_pending_idx
    ON robbieblocks_change_triggers (auto_deploy DESC, created_at)
    WHERE processed_at IS NULL AND transaction_id IS NOT NULL;
COMMENT ON COLUMN robbieblocks_change_triggers.transaction_id IS 'The transaction of the edit; with track_commit_timestamp it tells when that was committed. 2, or NULL when it counts as done: reported by another program before the database was adopted.';

-- Builders remove their own rows once there are many.
ALTER TABLE robbieblocks_deploys
    ADD COLUMN IF NOT EXISTS is_build_record boolean NOT NULL DEFAULT false;
UPDATE robbieblocks_deploys SET is_build_record = true
WHERE app_namespace = 'all' AND (release IS NOT NULL OR build_hash = '');
COMMENT ON COLUMN robbieblocks_deploys.is_build_record IS 'Written by a builder, and removed by one when the node has a thousand newer rows.';

-- {"page": {…}, "blocks": [{"block": {…}, "component": {…}, …}, …]} in block order. The columns of a
-- block beside "block" are for SQL that was written for the function as it was in
-- 21-robbieblocks-cms.sql.
CREATE OR REPLACE FUNCTION get_page_config(page_key text) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'page', row_to_json(page),
        'blocks', coalesce(
            (SELECT json_agg(
                        json_build_object(
                            'block', row_to_json(block),
                            'component', row_to_json(component),
                            'id', block.id,
                            'block_order', block.block_order,
                            'zone', block.zone,
                            'props', block.props,
                            'conditions', block.conditions)
                        ORDER BY block.block_order)
             FROM robbieblocks_page_blocks AS block
             LEFT JOIN robbieblocks_components AS component ON component.id = block.component_id
             WHERE block.page_id = page.id),
            '[]'::json))
    FROM robbieblocks_pages AS page
    WHERE page.page_key = get_page_config.page_key
$$;
