-- Change capture: every committed edit of the content leaves rows in robbieblocks_change_triggers and
-- wakes the watchers.
--
-- The triggers are statement-level, so that an UPDATE of 10,000 pages costs a few statements more and
-- not 10,000. The notification is sent once a statement and has no payload: PostgreSQL folds equal
-- ones of a transaction into one, and a payload that grows with the edit could make the edit fail.
-- It says "look", never what changed; that is in the rows, which are read in the same snapshot as the
-- content.
--
-- What triggers cannot see: edits under session_replication_role = replica, and edits made while the
-- triggers were gone. Builders compare the row versions of pages now and then for that reason.

-- Changes ---------------------------------------------------------------------------------------

ALTER TABLE robbieblocks_change_triggers
    ADD COLUMN IF NOT EXISTS acknowledged_by text[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS transaction_id xid8 DEFAULT pg_current_xact_id();

-- What a watcher asks for after each notification: what is pending, first that which does not wait
-- for a manual build.
DROP INDEX IF EXISTS robbieblocks_change_triggers_pending_idx;
CREATE INDEX robbieblocks_change_triggers_pending_idx
    ON robbieblocks_change_triggers (auto_deploy DESC, created_at) WHERE processed_at IS NULL;
-- What pruning asks for.
CREATE INDEX IF NOT EXISTS robbieblocks_change_triggers_processed_at_idx
    ON robbieblocks_change_triggers (processed_at) WHERE processed_at IS NOT NULL;
-- What scheduled publication asks for.
CREATE INDEX IF NOT EXISTS robbieblocks_pages_published_at_idx
    ON robbieblocks_pages (published_at) WHERE status = 'published';

-- Whether a change concerns a node that has these apps.
--
-- affected_nodes is what the editing transaction knew. A node that another transaction gave the app
-- meanwhile is not in it, so apps are compared too; and a change that names no app concerns every
-- node, except when it is one node's branding.
CREATE OR REPLACE FUNCTION robbieblocks_concerns(
    change_entity_type text, change_apps text[], change_nodes text[], node text, node_apps text[])
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT node = ANY (coalesce(change_nodes, '{}'))
        OR coalesce(change_apps, '{}') && (coalesce(node_apps, '{}') || '{shared}'::text[])
        OR (coalesce(change_apps, '{}') = '{}' AND (
            change_entity_type <> 'node_branding' OR coalesce(cardinality(change_nodes), 0) <> 1))
$$;

-- Builders --------------------------------------------------------------------------------------

-- Who builds a node, and what it last made live. The right to build is an advisory lock of the
-- builder's session; generation counts up with every claim, and fences out a builder that lost its
-- session without noticing.
CREATE TABLE IF NOT EXISTS robbieblocks_builders (
    node_id     text PRIMARY KEY,
    generation  bigint NOT NULL DEFAULT 0,
    holder      text,
    claimed_at  timestamptz,
    release     integer,
    released_at timestamptz,
    recent_lags double precision[] NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE OR REPLACE TRIGGER robbieblocks_builders_updated_at
    BEFORE UPDATE ON robbieblocks_builders FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

ALTER TABLE robbieblocks_deploys ADD COLUMN IF NOT EXISTS release integer;

-- Capture ---------------------------------------------------------------------------------------

-- The functions below run with their owner's rights, since an admin may have none on the table of
-- changes; hence the fixed search_path, with pg_temp last.
--
-- "*<>" compares rows byte for byte. By IS DISTINCT FROM, {"price": 1.0} and {"price": 1} would be
-- equal, and a page shows which of them it was.
--
-- A session plans each statement here once, perhaps for one row, and runs it again for 10,000: with
-- nested loops allowed, that would take minutes.

-- Records one change for each of `ids` (one with NULL for the whole table, when `ids` is NULL), and
-- wakes the watchers. `nodes` NULL: those that have one of `apps`, all of them when there is none.
CREATE OR REPLACE FUNCTION robbieblocks_record_changes(
    kind text, entity text, ids uuid[], apps text[] DEFAULT '{}', nodes text[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- SET robbieblocks.auto_deploy = off: what this session edits waits for a manual build.
    setting CONSTANT text := lower(nullif(current_setting('robbieblocks.auto_deploy', true), ''));
BEGIN
    IF nodes IS NULL THEN
        SELECT coalesce(array_agg(branding.node_id ORDER BY branding.node_id), '{}') INTO nodes
        FROM robbieblocks_node_branding AS branding
        WHERE apps = '{}' OR 'shared' = ANY (apps) OR branding.enabled_apps && apps;
    END IF;
    INSERT INTO robbieblocks_change_triggers
        (trigger_type, entity_type, entity_id, affected_apps, affected_nodes, auto_deploy, created_at)
    SELECT kind, entity, id, apps, nodes,
        coalesce(setting NOT IN ('off', 'false', 'no', '0'), true), clock_timestamp()
    FROM unnest(coalesce(ids, ARRAY[NULL::uuid])) AS id;
    PERFORM pg_notify('robbieblocks_change', '');
END
$$;
-- Only the triggers call it, with their owner's rights.
REVOKE ALL ON FUNCTION robbieblocks_record_changes(text, text, uuid[], text[], text[]) FROM PUBLIC;

-- A page concerns the nodes of the app that it has, and of the one that it had.
CREATE OR REPLACE FUNCTION robbieblocks_capture_pages() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    changed record;
    -- Whether an updated_at stayed as it was: an edit mostly moves it, and to compare two rows is to
    -- unpack their contents.
    compares boolean;
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        FOR changed IN
            SELECT array_agg(after.id) AS ids, ARRAY[after.app_namespace::text] AS apps
            FROM after GROUP BY after.app_namespace
        LOOP
            PERFORM robbieblocks_record_changes(
                'page_insert', 'page', changed.ids, changed.apps);
        END LOOP;
    WHEN 'UPDATE' THEN
        SELECT coalesce(bool_or(after.updated_at = before.updated_at), false) INTO compares
        FROM before FULL JOIN after ON after.id = before.id;
        FOR changed IN
            SELECT array_agg(moved.id) AS ids, array_remove(ARRAY[moved.old_app,
                    CASE WHEN moved.new_app IS DISTINCT FROM moved.old_app
                        THEN moved.new_app END]::text[], NULL) AS apps
            FROM (
                SELECT coalesce(after.id, before.id) AS id,
                    before.app_namespace AS old_app, after.app_namespace AS new_app
                FROM before FULL JOIN after ON after.id = before.id
                WHERE before.id IS NULL OR after.id IS NULL
                    OR before.updated_at <> after.updated_at
                UNION ALL
                SELECT after.id, before.app_namespace, after.app_namespace
                FROM before JOIN after ON after.id = before.id
                WHERE compares AND before.updated_at = after.updated_at AND before *<> after
            ) AS moved
            GROUP BY moved.old_app, moved.new_app
        LOOP
            PERFORM robbieblocks_record_changes(
                'page_update', 'page', changed.ids, changed.apps);
        END LOOP;
    WHEN 'DELETE' THEN
        FOR changed IN
            SELECT array_agg(before.id) AS ids, ARRAY[before.app_namespace::text] AS apps
            FROM before GROUP BY before.app_namespace
        LOOP
            PERFORM robbieblocks_record_changes(
                'page_delete', 'page', changed.ids, changed.apps);
        END LOOP;
    ELSE
        PERFORM robbieblocks_record_changes('page_truncate', 'page', NULL);
    END CASE;
    RETURN NULL;
END
$$;

-- A block is part of its page, and of the page that it was on before. The blocks of a page that is
-- itself deleted say nothing: the page does.
CREATE OR REPLACE FUNCTION robbieblocks_capture_page_blocks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    page_ids uuid[];
    changed record;
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        SELECT array_agg(DISTINCT after.page_id) INTO page_ids FROM after;
    WHEN 'UPDATE' THEN
        SELECT array_agg(DISTINCT pair.page_id) INTO page_ids
        FROM before FULL JOIN after ON after.id = before.id
        CROSS JOIN LATERAL (VALUES (before.page_id), (after.page_id)) AS pair (page_id)
        WHERE (before.id IS NULL OR after.id IS NULL OR before *<> after)
            AND pair.page_id IS NOT NULL;
    WHEN 'DELETE' THEN
        SELECT array_agg(DISTINCT before.page_id) INTO page_ids FROM before;
    ELSE
        PERFORM robbieblocks_record_changes('block_truncate', 'page', NULL);
        RETURN NULL;
    END CASE;
    FOR changed IN
        SELECT array_agg(page.id) AS ids, ARRAY[page.app_namespace::text] AS apps
        FROM robbieblocks_pages AS page WHERE page.id = ANY (page_ids)
        GROUP BY page.app_namespace
    LOOP
        PERFORM robbieblocks_record_changes(
            'block_' || lower(TG_OP), 'page', changed.ids, changed.apps);
    END LOOP;
    RETURN NULL;
END
$$;

-- Components and tokens, on which any page of any node may depend. The trigger names what kind of
-- change it is and of what.
CREATE OR REPLACE FUNCTION robbieblocks_capture_shared_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    changed_ids uuid[];
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        SELECT array_agg(after.id) INTO changed_ids FROM after;
    WHEN 'UPDATE' THEN
        SELECT array_agg(coalesce(after.id, before.id)) INTO changed_ids
        FROM before FULL JOIN after ON after.id = before.id
        WHERE before.id IS NULL OR after.id IS NULL OR before *<> after;
    WHEN 'DELETE' THEN
        SELECT array_agg(before.id) INTO changed_ids FROM before;
    ELSE
        PERFORM robbieblocks_record_changes(TG_ARGV[0], TG_ARGV[1], NULL);
    END CASE;
    IF changed_ids IS NOT NULL THEN
        PERFORM robbieblocks_record_changes(TG_ARGV[0], TG_ARGV[1], changed_ids);
    END IF;
    RETURN NULL;
END
$$;

-- The branding of a node is its own affair; that there is such a node, and which apps it has,
-- concerns all: the conditions of their blocks may name both.
CREATE OR REPLACE FUNCTION robbieblocks_capture_node_branding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    changed record;
    every_node text[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM robbieblocks_record_changes('branding_truncate', 'node_branding', NULL);
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(branding.node_id ORDER BY branding.node_id), '{}') INTO every_node
    FROM robbieblocks_node_branding AS branding;
    CASE TG_OP
    WHEN 'INSERT' THEN
        FOR changed IN SELECT after.id FROM after LOOP
            PERFORM robbieblocks_record_changes(
                'branding_insert', 'node_branding', ARRAY[changed.id], '{}', every_node);
        END LOOP;
    WHEN 'UPDATE' THEN
        FOR changed IN
            SELECT coalesce(after.id, before.id) AS id, before.node_id AS old_node,
                after.node_id AS new_node,
                before.node_id IS DISTINCT FROM after.node_id
                    OR before.enabled_apps IS DISTINCT FROM after.enabled_apps AS concerns_all
            FROM before FULL JOIN after ON after.id = before.id
            WHERE before.id IS NULL OR after.id IS NULL OR before *<> after
        LOOP
            PERFORM robbieblocks_record_changes(
                'branding_change', 'node_branding', ARRAY[changed.id], '{}',
                CASE WHEN changed.concerns_all
                    -- A node that was renamed is told so by its old name too.
                    THEN every_node || array_remove(
                        array_remove(ARRAY[changed.old_node::text], changed.new_node::text), NULL)
                    ELSE ARRAY[changed.new_node::text] END);
        END LOOP;
    ELSE
        FOR changed IN SELECT before.id, before.node_id FROM before LOOP
            PERFORM robbieblocks_record_changes(
                'branding_delete', 'node_branding', ARRAY[changed.id], '{}',
                every_node || changed.node_id::text);
        END LOOP;
    END CASE;
    RETURN NULL;
END
$$;

-- A trigger with transition tables has one event; TRUNCATE has no rows to show.
DO $$
DECLARE
    content record;
    event record;
BEGIN
    FOR content IN
        SELECT * FROM (VALUES
            ('pages', 'capture_pages', NULL, NULL, NULL),
            ('page_blocks', 'capture_page_blocks', NULL, NULL, NULL),
            ('components', 'capture_shared_rows', 'component', 'component_update', 'component'),
            ('style_tokens', 'capture_shared_rows', 'style', 'style_change', 'style_token'),
            ('node_branding', 'capture_node_branding', NULL, NULL, NULL)
        ) AS list (name, capture, prefix, update_kind, entity)
    LOOP
        FOR event IN
            SELECT * FROM (VALUES
                ('insert', 'REFERENCING NEW TABLE AS after'),
                ('update', 'REFERENCING OLD TABLE AS before NEW TABLE AS after'),
                ('delete', 'REFERENCING OLD TABLE AS before'),
                ('truncate', '')
            ) AS list (name, tables)
        LOOP
            EXECUTE format(
                'CREATE OR REPLACE TRIGGER %I AFTER %s ON %I %s
                 FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)',
                format('robbieblocks_%s_capture_%s', content.name, event.name),
                event.name, 'robbieblocks_' || content.name, event.tables,
                'robbieblocks_' || content.capture,
                CASE WHEN content.entity IS NOT NULL THEN format('%L, %L',
                    CASE event.name WHEN 'update' THEN content.update_kind
                        ELSE content.prefix || '_' || event.name END,
                    content.entity) END);
        END LOOP;
    END LOOP;
END
$$;

-- Shown by \d+ and by database clients ------------------------------------------------------------

COMMENT ON TABLE robbieblocks_change_triggers IS 'Committed edits, written by triggers; rows with auto_deploy = false (SET robbieblocks.auto_deploy = off) wait for a manual build.';
COMMENT ON COLUMN robbieblocks_change_triggers.entity_id IS 'The row that was edited; a block counts as its page; NULL when a whole table was emptied.';
COMMENT ON COLUMN robbieblocks_change_triggers.affected_apps IS 'The app of the page, and the one that it had; empty when any page may depend on the row.';
COMMENT ON COLUMN robbieblocks_change_triggers.affected_nodes IS 'The nodes that have one of the apps, or whose branding it is.';
COMMENT ON COLUMN robbieblocks_change_triggers.acknowledged_by IS 'The nodes whose live release contains the change.';
COMMENT ON COLUMN robbieblocks_change_triggers.transaction_id IS 'The transaction of the edit; with track_commit_timestamp it tells when that was committed.';
COMMENT ON COLUMN robbieblocks_change_triggers.processed_at IS 'When every node that it concerns, and that has a builder, had acknowledged it.';
COMMENT ON TABLE robbieblocks_builders IS 'Who builds a node, and what it last made live.';
COMMENT ON COLUMN robbieblocks_builders.generation IS 'Counts the claims; a builder with an older one may not publish.';
COMMENT ON COLUMN robbieblocks_builders.recent_lags IS 'Milliseconds from edit to live of the last changes, oldest first.';
