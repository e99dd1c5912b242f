-- 21-robbieblocks-cms.sql: what admins edit and the builder reads.
--
-- Names in this file are a contract with SQL that already exists elsewhere: tables, columns,
-- functions, views and the channel robbieblocks_change are extended, never renamed or dropped.
--
-- A constraint stands here only where the database alone can judge a row. Whatever needs the
-- templates, the other rows of a page or a node to judge (layouts, zones, apps, props, conditions,
-- two pages with one route) is accepted and reported by the build, which can name the page and the
-- block, and keep the last good site meanwhile.
--
-- NULL is accepted wherever it has one obvious reading: no metadata, the usual layout, zone main.

CREATE TABLE IF NOT EXISTS robbieblocks_pages (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    page_key         varchar(255) NOT NULL UNIQUE,
    app_namespace    varchar(50) NOT NULL,
    page_name        text NOT NULL,
    page_route       varchar(255) NOT NULL,
    layout_template  varchar(50) DEFAULT 'single-column',
    content          text,
    meta_title       text,
    meta_description text,
    status           varchar(20) NOT NULL DEFAULT 'draft',
    version          integer DEFAULT 1,
    published_at     timestamptz,
    created_by       integer,
    metadata         jsonb DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT robbieblocks_pages_status_check
        CHECK (status IN ('draft', 'published', 'archived'))
);

CREATE TABLE IF NOT EXISTS robbieblocks_components (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    component_key  varchar(255) NOT NULL UNIQUE,
    component_name text NOT NULL,
    component_type varchar(50) NOT NULL,
    react_code     text,
    props_schema   jsonb,
    css_styles     text,
    dependencies   text[] DEFAULT '{}',
    version        varchar(20) DEFAULT '1.0.0',
    is_published   boolean NOT NULL DEFAULT false,
    preview_url    text,
    metadata       jsonb DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);

-- component_id may be NULL: a block placed with (SELECT id … WHERE component_key = '<typo>') gets
-- here, and the build then names the page and the block that lost its component.
CREATE TABLE IF NOT EXISTS robbieblocks_page_blocks (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    page_id      uuid NOT NULL REFERENCES robbieblocks_pages (id) ON DELETE CASCADE,
    component_id uuid REFERENCES robbieblocks_components (id),
    block_order  integer NOT NULL,
    zone         varchar(50) DEFAULT 'main',
    props        jsonb DEFAULT '{}',
    conditions   jsonb DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT robbieblocks_page_blocks_page_id_block_order_key UNIQUE (page_id, block_order)
);

CREATE TABLE IF NOT EXISTS robbieblocks_style_tokens (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_key      varchar(255) NOT NULL UNIQUE,
    token_category varchar(50),
    default_value  text NOT NULL,
    description    text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS robbieblocks_node_branding (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    node_id         varchar(100) NOT NULL UNIQUE,
    node_name       text NOT NULL,
    style_overrides jsonb DEFAULT '{}',
    enabled_apps    text[] DEFAULT '{}',
    custom_css      text,
    custom_scripts  text,
    metadata        jsonb DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS robbieblocks_deploys (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    node_id            varchar(100),
    app_namespace      varchar(50) NOT NULL,
    build_hash         varchar(64) NOT NULL,
    pages_count        integer,
    components_count   integer,
    deploy_status      varchar(20) NOT NULL DEFAULT 'pending',
    build_duration_ms  integer,
    deploy_duration_ms integer,
    error_message      text,
    build_log          text,
    started_at         timestamptz DEFAULT now(),
    completed_at       timestamptz,
    triggered_by       varchar(50) NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT robbieblocks_deploys_deploy_status_check
        CHECK (deploy_status IN ('pending', 'building', 'deploying', 'success', 'failed'))
);

CREATE TABLE IF NOT EXISTS robbieblocks_change_triggers (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trigger_type   varchar(50) NOT NULL,
    entity_type    varchar(50) NOT NULL,
    entity_id      uuid,
    affected_apps  text[] DEFAULT '{}',
    affected_nodes text[] DEFAULT '{}',
    auto_deploy    boolean NOT NULL DEFAULT true,
    created_at     timestamptz NOT NULL DEFAULT now(),
    processed_at   timestamptz
);

-- A database made with the file as it was before these two columns gains them and keeps its rows.
ALTER TABLE robbieblocks_pages ADD COLUMN IF NOT EXISTS content text;
ALTER TABLE robbieblocks_node_branding ADD COLUMN IF NOT EXISTS metadata jsonb DEFAULT '{}';

CREATE INDEX IF NOT EXISTS robbieblocks_pages_app_namespace_status_idx
    ON robbieblocks_pages (app_namespace, status);
CREATE INDEX IF NOT EXISTS robbieblocks_page_blocks_component_id_idx
    ON robbieblocks_page_blocks (component_id);
CREATE INDEX IF NOT EXISTS robbieblocks_deploys_node_id_started_at_idx
    ON robbieblocks_deploys (node_id, started_at DESC);
CREATE INDEX IF NOT EXISTS robbieblocks_change_triggers_pending_idx
    ON robbieblocks_change_triggers (created_at) WHERE processed_at IS NULL;

-- updated_at ------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION robbieblocks_touch_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

-- An UPDATE that changes nothing is no edit: updated_at stays, and so does what is built from it.
CREATE OR REPLACE TRIGGER robbieblocks_pages_updated_at
    BEFORE UPDATE ON robbieblocks_pages FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER robbieblocks_components_updated_at
    BEFORE UPDATE ON robbieblocks_components FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER robbieblocks_page_blocks_updated_at
    BEFORE UPDATE ON robbieblocks_page_blocks FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER robbieblocks_style_tokens_updated_at
    BEFORE UPDATE ON robbieblocks_style_tokens FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER robbieblocks_node_branding_updated_at
    BEFORE UPDATE ON robbieblocks_node_branding FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER robbieblocks_deploys_updated_at
    BEFORE UPDATE ON robbieblocks_deploys FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

-- What one page or one node amounts to -----------------------------------------------------------

-- {"page": {…}, "blocks": [{…, "component": {…}}, …]} in block order, whatever the page's status;
-- NULL when there is no such page.
CREATE OR REPLACE FUNCTION get_page_config(page_key text) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'page', row_to_json(page),
        'blocks', coalesce(
            (SELECT json_agg(
                        json_build_object(
                            'id', block.id,
                            'block_order', block.block_order,
                            'zone', block.zone,
                            'props', block.props,
                            'conditions', block.conditions,
                            'component', row_to_json(component))
                        ORDER BY block.block_order)
             FROM robbieblocks_page_blocks AS block
             LEFT JOIN robbieblocks_components AS component ON component.id = block.component_id
             WHERE block.page_id = page.id),
            '[]'::json))
    FROM robbieblocks_pages AS page
    WHERE page.page_key = get_page_config.page_key
$$;

-- {"base_tokens": {key: value}, "overrides": {…}, "enabled_apps": […]}; NULL for an unknown node.
CREATE OR REPLACE FUNCTION get_node_styles(node_id text) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'base_tokens', coalesce(
            (SELECT json_object_agg(token.token_key, token.default_value ORDER BY token.token_key)
             FROM robbieblocks_style_tokens AS token),
            '{}'::json),
        'overrides', coalesce(branding.style_overrides, '{}'),
        'enabled_apps', coalesce(branding.enabled_apps, '{}'))
    FROM robbieblocks_node_branding AS branding
    WHERE branding.node_id = get_node_styles.node_id
$$;

-- Views -----------------------------------------------------------------------------------------

CREATE OR REPLACE VIEW robbieblocks_active_deploys AS
SELECT deploy.id,
       deploy.node_id,
       branding.node_name,
       deploy.app_namespace,
       deploy.build_hash,
       deploy.deploy_status,
       deploy.pages_count,
       deploy.components_count,
       deploy.triggered_by,
       deploy.started_at
FROM robbieblocks_deploys AS deploy
LEFT JOIN robbieblocks_node_branding AS branding ON branding.node_id = deploy.node_id
WHERE deploy.deploy_status IN ('pending', 'building', 'deploying')
ORDER BY deploy.started_at DESC;

CREATE OR REPLACE VIEW robbieblocks_published_pages AS
SELECT page.app_namespace,
       count(DISTINCT page.id) AS page_count,
       count(DISTINCT block.component_id) AS component_count,
       greatest(max(page.updated_at), max(block.updated_at)) AS last_update
FROM robbieblocks_pages AS page
LEFT JOIN robbieblocks_page_blocks AS block ON block.page_id = page.id
WHERE page.status = 'published'
GROUP BY page.app_namespace
ORDER BY page.app_namespace;

-- Shown by \d+ and by database clients, where an admin meets the schema ---------------------------

COMMENT ON TABLE robbieblocks_pages IS 'One row per page. A node builds the published pages of its enabled apps and of app shared.';
COMMENT ON COLUMN robbieblocks_pages.page_route IS 'Where the page is served, such as /work/dashboard/; unique within what one node builds.';
COMMENT ON COLUMN robbieblocks_pages.content IS 'Markdown, placed at the start of zone main or where a block of component page-content stands.';
COMMENT ON COLUMN robbieblocks_pages.metadata IS '{"menu": label, "menu_order": n} puts the page into the menu; {"trusted": true} allows raw HTML in content.';
COMMENT ON TABLE robbieblocks_components IS 'What blocks place. react_code, css_styles or props_schema left NULL are read from templates/components/<component_key>.';
COMMENT ON COLUMN robbieblocks_components.react_code IS 'A module with export default, declarations without an export, or a JSX fragment that reads props.x.';
COMMENT ON COLUMN robbieblocks_components.props_schema IS 'A JSON Schema, or a map of property name to schema; defaults apply.';
COMMENT ON TABLE robbieblocks_page_blocks IS 'A component placed on a page.';
COMMENT ON COLUMN robbieblocks_page_blocks.zone IS 'header, sidebar, main, footer or overlay; NULL reads as main.';
COMMENT ON COLUMN robbieblocks_page_blocks.conditions IS 'When the block is built: {"nodes": […]}, {"apps": […]}, {"themes": […]}, {"from": t, "until": t}, {"not": {…}}; all of them must hold.';
COMMENT ON TABLE robbieblocks_style_tokens IS 'Design tokens: color.primary becomes the custom property --color-primary.';
COMMENT ON TABLE robbieblocks_node_branding IS 'One row per node: a branded site on a host.';
COMMENT ON COLUMN robbieblocks_node_branding.style_overrides IS 'Token key to value, and "theme": "dark" | "light" | "professional".';
COMMENT ON COLUMN robbieblocks_node_branding.enabled_apps IS 'The apps whose pages the node builds, beside shared.';
COMMENT ON TABLE robbieblocks_deploys IS 'The history of builds; build_hash is the SHA-256 of the release.';
COMMENT ON TABLE robbieblocks_change_triggers IS 'Committed edits; rows with auto_deploy = false wait for a manual build.';
