-- An edit of a page whose app no node has wakes every builder, so that a typing mistake in app_namespace
-- is reported: such an edit concerned no node, and nothing was said of it.

CREATE OR REPLACE FUNCTION robbieblocks_record_changes(
    kind text, entity text, ids uuid[], apps text[] DEFAULT '{}', nodes text[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- SET robbieblocks.auto_deploy = off: what this session edits waits for a manual build.
    setting CONSTANT text := lower(nullif(current_setting('robbieblocks.auto_deploy', true), ''));
BEGIN
    IF nodes IS NULL THEN
        IF EXISTS (
            SELECT FROM unnest(apps) AS app WHERE app <> 'shared' AND NOT EXISTS (
                SELECT FROM robbieblocks_node_branding WHERE app = ANY (enabled_apps)))
        THEN
            apps := '{}';
        END IF;
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
