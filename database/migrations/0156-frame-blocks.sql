-- Blocks that pages have without naming them: header, footer, bar.
--
-- A row is for all pages of all nodes, or for those of one node, one app or one layout. Of rows with
-- the same component in the same zone, whose conditions hold, the most particular ones take part: a row
-- for a layout goes before one for an app, that before one for a node, that before one for all. A page
-- that has a block of the same component in the same zone keeps its own, and a page with
-- {"frame": false} in its metadata has no frame.
--
-- As for pages, what takes the templates or other rows to judge is left to the build.

CREATE TABLE IF NOT EXISTS robbieblocks_frame_blocks (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    frame_key       varchar(255) NOT NULL UNIQUE,
    node_id         varchar(100),
    app_namespace   varchar(50),
    layout_template varchar(50),
    component_id    uuid REFERENCES robbieblocks_components (id),
    block_order     integer NOT NULL DEFAULT 0,
    zone            varchar(50) NOT NULL,
    props           jsonb DEFAULT '{}',
    conditions      jsonb DEFAULT '{}',
    is_active       boolean NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS robbieblocks_frame_blocks_component_id_idx
    ON robbieblocks_frame_blocks (component_id);

CREATE OR REPLACE TRIGGER robbieblocks_frame_blocks_updated_at
    BEFORE UPDATE ON robbieblocks_frame_blocks FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

-- Capture ---------------------------------------------------------------------------------------

-- As in 0100-change-capture.sql. A change that names one node and no app is that node's own affair when
-- it is one of its branding or of its frame.
CREATE OR REPLACE FUNCTION robbieblocks_concerns(
    change_entity_type text, change_apps text[], change_nodes text[], node text, node_apps text[])
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT node = ANY (coalesce(change_nodes, '{}'))
        OR coalesce(change_apps, '{}') && (coalesce(node_apps, '{}') || '{shared}'::text[])
        OR (coalesce(change_apps, '{}') = '{}' AND (
            change_entity_type NOT IN ('node_branding', 'frame_block')
            OR coalesce(cardinality(change_nodes), 0) <> 1))
$$;

-- A row concerns the nodes that it names, or that have the app that it names: as it is, and as it was.
-- One that names neither concerns all.
CREATE OR REPLACE FUNCTION robbieblocks_capture_frame_blocks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    changed record;
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        FOR changed IN
            SELECT array_agg(after.id) AS ids, after.app_namespace AS app, after.node_id AS node
            FROM after GROUP BY after.app_namespace, after.node_id
        LOOP
            PERFORM robbieblocks_record_changes('frame_insert', 'frame_block', changed.ids,
                CASE WHEN changed.node IS NULL AND changed.app IS NOT NULL
                    THEN ARRAY[changed.app::text] ELSE '{}' END,
                CASE WHEN changed.node IS NOT NULL THEN ARRAY[changed.node::text] END);
        END LOOP;
    WHEN 'UPDATE' THEN
        FOR changed IN
            SELECT array_agg(moved.id) AS ids, moved.apps, moved.nodes
            FROM (
                SELECT coalesce(after.id, before.id) AS id,
                    -- Nodes alone when both versions name one, apps alone when both name one.
                    CASE WHEN before.node_id IS NOT NULL AND after.node_id IS NOT NULL THEN
                        CASE WHEN before.node_id = after.node_id THEN ARRAY[after.node_id::text]
                            ELSE ARRAY[before.node_id, after.node_id]::text[] END
                    END AS nodes,
                    CASE WHEN before.node_id IS NULL AND after.node_id IS NULL
                            AND before.app_namespace IS NOT NULL
                            AND after.app_namespace IS NOT NULL THEN
                        CASE WHEN before.app_namespace = after.app_namespace
                            THEN ARRAY[after.app_namespace::text]
                            ELSE ARRAY[before.app_namespace, after.app_namespace]::text[] END
                        ELSE '{}'::text[]
                    END AS apps
                FROM before FULL JOIN after ON after.id = before.id
                WHERE before.id IS NULL OR after.id IS NULL OR before *<> after
            ) AS moved
            GROUP BY moved.apps, moved.nodes
        LOOP
            PERFORM robbieblocks_record_changes(
                'frame_update', 'frame_block', changed.ids, changed.apps, changed.nodes);
        END LOOP;
    WHEN 'DELETE' THEN
        FOR changed IN
            SELECT array_agg(before.id) AS ids, before.app_namespace AS app, before.node_id AS node
            FROM before GROUP BY before.app_namespace, before.node_id
        LOOP
            PERFORM robbieblocks_record_changes('frame_delete', 'frame_block', changed.ids,
                CASE WHEN changed.node IS NULL AND changed.app IS NOT NULL
                    THEN ARRAY[changed.app::text] ELSE '{}' END,
                CASE WHEN changed.node IS NOT NULL THEN ARRAY[changed.node::text] END);
        END LOOP;
    ELSE
        PERFORM robbieblocks_record_changes('frame_truncate', 'frame_block', NULL);
    END CASE;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION robbieblocks_capture_frame_blocks() FROM PUBLIC;

-- A trigger with transition tables has one event; TRUNCATE has no rows to show.
CREATE OR REPLACE TRIGGER robbieblocks_frame_blocks_capture_insert
    AFTER INSERT ON robbieblocks_frame_blocks REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION robbieblocks_capture_frame_blocks();
CREATE OR REPLACE TRIGGER robbieblocks_frame_blocks_capture_update
    AFTER UPDATE ON robbieblocks_frame_blocks REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION robbieblocks_capture_frame_blocks();
CREATE OR REPLACE TRIGGER robbieblocks_frame_blocks_capture_delete
    AFTER DELETE ON robbieblocks_frame_blocks REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION robbieblocks_capture_frame_blocks();
CREATE OR REPLACE TRIGGER robbieblocks_frame_blocks_capture_truncate
    AFTER TRUNCATE ON robbieblocks_frame_blocks
    FOR EACH STATEMENT EXECUTE FUNCTION robbieblocks_capture_frame_blocks();

-- Shown by \d+ and by database clients ------------------------------------------------------------

COMMENT ON TABLE robbieblocks_frame_blocks IS 'Blocks that pages have without naming them. A page with a block of the same component in the same zone keeps its own; {"frame": false} in its metadata takes none.';
COMMENT ON COLUMN robbieblocks_frame_blocks.frame_key IS 'Names the row in SQL and in errors.';
COMMENT ON COLUMN robbieblocks_frame_blocks.node_id IS 'The node that the row is for; NULL: every node.';
COMMENT ON COLUMN robbieblocks_frame_blocks.app_namespace IS 'The app whose pages the row is for; NULL: pages of every app.';
COMMENT ON COLUMN robbieblocks_frame_blocks.layout_template IS 'The layout whose pages the row is for; NULL: pages of every layout.';
COMMENT ON COLUMN robbieblocks_frame_blocks.block_order IS 'The place among the blocks of the page in the same zone.';
COMMENT ON COLUMN robbieblocks_frame_blocks.conditions IS 'As of a block of a page: when the row takes part.';
COMMENT ON COLUMN robbieblocks_frame_blocks.is_active IS 'False: the row takes part only in builds with --drafts, where it goes before active rows.';
