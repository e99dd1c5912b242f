-- What the index knows of a page as a whole, and which pages the chat prefers.

-- A page as a whole -------------------------------------------------------------------------------

ALTER TABLE documents
    ADD COLUMN IF NOT EXISTS description text NOT NULL DEFAULT '',
    -- Weight A: the title. B: the words of the route, and what links of other pages call this one.
    -- C: the description.
    ADD COLUMN IF NOT EXISTS search tsvector NOT NULL DEFAULT '';

CREATE INDEX IF NOT EXISTS documents_search_idx ON documents USING gin (search);

-- Links in the main parts of pages to other pages: a button that says "What it costs" says so of the
-- page that it leads to.
CREATE TABLE IF NOT EXISTS document_links (
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    node_id     varchar(100) NOT NULL,
    -- Where it leads.
    route       text NOT NULL,
    label       text NOT NULL,
    PRIMARY KEY (document_id, route, label)
);
CREATE INDEX IF NOT EXISTS document_links_route_idx ON document_links (node_id, route);

-- The words of a heading. One that has only words such as "where" and "about" keeps them.
CREATE OR REPLACE FUNCTION robbieblocks_heading_words(language regconfig, heading text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN to_tsvector(language, heading) = '' THEN to_tsvector('pg_catalog.simple', heading)
        ELSE to_tsvector(language, heading) END
$$;

-- Works out documents.search for some routes of a node. Of many labels the most frequent hundred count.
CREATE OR REPLACE FUNCTION robbieblocks_describe_documents(node text, routes text[])
RETURNS void LANGUAGE sql AS $$
    UPDATE documents AS d SET search = n.search
    FROM (
        SELECT d.id, setweight(robbieblocks_heading_words(d.language, d.title), 'A')
            || setweight(robbieblocks_heading_words(d.language, translate(d.route, '/-_', '   ')), 'B')
            || setweight(to_tsvector(d.language, coalesce(l.labels, '')), 'B')
            || setweight(to_tsvector(d.language, d.description), 'C') AS search
        FROM documents AS d LEFT JOIN LATERAL (
            SELECT string_agg(top.label, E'\n') AS labels FROM (
                SELECT links.label FROM document_links AS links
                WHERE links.node_id = node AND links.route = d.route
                    AND links.document_id <> d.id
                GROUP BY links.label ORDER BY count(*) DESC, links.label LIMIT 100) AS top
        ) AS l ON true
        WHERE d.node_id = node AND d.route = ANY (routes)) AS n
    WHERE d.id = n.id AND d.search IS DISTINCT FROM n.search
$$;

-- Indexes that were made before have no descriptions and no links: every page is read once more.
UPDATE documents SET modified = -1;

-- Preferences -------------------------------------------------------------------------------------

-- How much the chat makes of pages, by where they are. Of several rows the one with the longest route
-- counts, and one that names the node before one for all nodes. An edit counts within seconds.
CREATE TABLE IF NOT EXISTS document_weights (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    -- NULL: every node.
    node_id     varchar(100),
    -- A page, or the beginning of the routes of many: '/work/' is all pages below it.
    route       text NOT NULL CHECK (route LIKE '/%'),
    -- 0 leaves the pages out, 1 is what every other page has.
    weight      real NOT NULL CHECK (weight BETWEEN 0 AND 10),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (node_id, route)
);

CREATE OR REPLACE TRIGGER document_weights_updated_at
    BEFORE UPDATE ON document_weights FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

CREATE OR REPLACE FUNCTION robbieblocks_document_weight(node text, page_route text)
RETURNS real LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT w.weight FROM document_weights AS w
        WHERE (w.node_id IS NULL OR w.node_id = node) AND starts_with(page_route, w.route)
        ORDER BY length(w.route) DESC, w.node_id NULLS LAST LIMIT 1), 1)
$$;

-- Those who keep a copy of an index look at when it was written.
CREATE OR REPLACE FUNCTION robbieblocks_touch_indexes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE document_indexes SET updated_at = clock_timestamp();
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION robbieblocks_touch_indexes() FROM PUBLIC;
CREATE OR REPLACE TRIGGER document_weights_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON document_weights
    FOR EACH STATEMENT EXECUTE FUNCTION robbieblocks_touch_indexes();

-- Search in the database --------------------------------------------------------------------------

-- Passages of a node whose pages have weight 0; none is read for a node without such a weight.
CREATE OR REPLACE FUNCTION robbieblocks_left_out_passages(node text)
RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT p.id FROM documents AS d JOIN document_passages AS p ON p.document_id = d.id
        WHERE d.node_id = node AND EXISTS (
                SELECT FROM document_weights AS w
                WHERE w.weight = 0 AND (w.node_id IS NULL OR w.node_id = node))
            AND robbieblocks_document_weight(node, d.route) = 0)
$$;

-- The passages of a node that may answer a question, best first, for a node whose passages are not in
-- the program's memory: the program puts them into their final order.
--
-- words: a tsquery for each word of the question, of its forms and synonyms. counts: in how many
-- passages each of them is.
CREATE OR REPLACE FUNCTION robbieblocks_candidate_passages(
    node text, words text[], most integer DEFAULT 120)
RETURNS TABLE (passage_id uuid, counts integer[])
LANGUAGE sql STABLE AS $$
    WITH words AS MATERIALIZED (
        SELECT w.query::tsquery AS query, w.number
        FROM unnest(words) WITH ORDINALITY AS w (query, number)
    ), hits AS MATERIALIZED (
        SELECT words.number, p.id, ts_rank('{0.55, 0.7, 0.8, 1}', p.search, words.query) AS rank
        FROM words JOIN document_passages AS p ON p.node_id = node AND p.search @@ words.query
    ), pages AS (
        SELECT words.number, p.id, 0.2 AS rank
        FROM words JOIN documents AS d ON d.node_id = node AND d.search @@ words.query
        JOIN document_passages AS p ON p.document_id = d.id AND p.ordinal < 8
    ), found AS (
        SELECT hits.number, hits.id, hits.rank FROM hits
        UNION ALL SELECT pages.number, pages.id, pages.rank FROM pages
    ), counted AS (
        SELECT words.number, count(DISTINCT found.id)::integer AS count
        FROM words LEFT JOIN found USING (number) GROUP BY words.number
    ), scored AS (
        SELECT found.id, sum(found.rank / sqrt(1 + counted.count)) AS score
        FROM found JOIN counted USING (number)
        WHERE found.id NOT IN (SELECT unnest(robbieblocks_left_out_passages(node)))
        GROUP BY found.id
        ORDER BY 2 DESC, 1 LIMIT least(most, 500)
    )
    SELECT scored.id, (SELECT array_agg(counted.count ORDER BY counted.number) FROM counted)
    FROM scored
$$;

-- Meaning -----------------------------------------------------------------------------------------

-- As in 0003, without passages of pages that are left out, which would take the place of others.
CREATE OR REPLACE FUNCTION robbieblocks_nearest_passages(
    node text, question text, question_model text, question_dimensions integer,
    most integer DEFAULT 40)
RETURNS TABLE (passage_id uuid, similarity double precision)
LANGUAGE plpgsql AS $$
DECLARE
    own integer;
BEGIN
    IF robbieblocks_vector_support() = 'none' THEN
        RETURN;
    END IF;
    SELECT count(*) INTO own FROM (
        SELECT 1 FROM passage_embeddings AS e
        WHERE e.node_id = node AND e.model = question_model AND e.dimensions = question_dimensions
        LIMIT 2001) AS few;
    PERFORM robbieblocks_begin_vector_search(own <= 2000);
    RETURN QUERY EXECUTE robbieblocks_nearest_query(
        'passage_embeddings', 'e.passage_id', 'e.node_id = $2 AND e.passage_id <> ALL ($5)',
        question_dimensions, own <= 2000)
        USING question, node, question_model, least(most, 200),
            robbieblocks_left_out_passages(node);
    PERFORM set_config('enable_sort', 'on', true);
END
$$;

-- How similar a question is, by a model, to pages that have nothing to do with it (low), and to one
-- that answers it (high): models differ, and so do sites.
CREATE TABLE IF NOT EXISTS embedding_scales (
    node_id    varchar(100) NOT NULL,
    model      text NOT NULL,
    -- Of the index when this was measured.
    passages   integer NOT NULL,
    low        double precision NOT NULL,
    high       double precision NOT NULL CHECK (high > low),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node_id, model)
);
CREATE OR REPLACE TRIGGER embedding_scales_updated_at
    BEFORE UPDATE ON embedding_scales FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

-- What the program says itself ----------------------------------------------------------------------

-- Answers to what is no question about the site, when no model gives them. A row that names the node
-- counts before one for all nodes; where there is none, the program has words of its own in English,
-- German, French and Spanish.
CREATE TABLE IF NOT EXISTS ai_replies (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    -- NULL: every node.
    node_id    varchar(100),
    occasion   text NOT NULL
        CHECK (occasion IN ('hello', 'thanks', 'goodbye', 'robot', 'person', 'help', 'nothing')),
    -- As HTML names it, such as 'en'; NULL: whatever the visitor speaks.
    language   varchar(8),
    -- Markdown. {name} is who speaks, {site} the site, {contact} a link to the page for contact.
    reply      text NOT NULL CHECK (reply <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (node_id, occasion, language)
);
CREATE OR REPLACE TRIGGER ai_replies_updated_at
    BEFORE UPDATE ON ai_replies FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

INSERT INTO robbieblocks_chat_grants (object, privileges) VALUES
    ('document_links', 'SELECT'), ('document_weights', 'SELECT'), ('embedding_scales', 'SELECT'),
    ('ai_replies', 'SELECT')
ON CONFLICT (object) DO NOTHING;
SELECT robbieblocks_grant_chat();
