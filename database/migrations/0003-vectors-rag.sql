-- 03-vectors-rag.sql: what a chat may quote, and how it is found.
--
-- documents and document_passages hold the text of the pages that are live, one set of rows a node.
-- They are derived: `robbieblocks chat` makes them from the published files and makes them again when
-- they are lost. Who answers looks at the published file before quoting a passage, so that a row that
-- is behind the live release is passed over.
--
-- Embeddings are vectors of pgvector. Where the extension is missing their tables are missing too, and
-- search is by words alone: robbieblocks_vector_support() says what there is. The number of dimensions
-- is the provider's, so that the columns have none and each number in use has an index of its own.

-- Documents ---------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS documents (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    node_id     varchar(100) NOT NULL,
    -- Of the published file, below the site's root.
    path        text NOT NULL,
    route       text NOT NULL,
    title       text NOT NULL,
    -- How the words of this page are folded: by the language it is written in.
    language    regconfig NOT NULL,
    -- Of the file that was read: what a passage is quoted from must still be these bytes.
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    bytes       bigint NOT NULL,
    -- Seconds since 1970, which follow from the content. Equal ones and an equal size mean that the
    -- file need not be read again.
    modified    bigint NOT NULL,
    metadata    jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (node_id, path)
);

CREATE TABLE IF NOT EXISTS document_passages (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    node_id     varchar(100) NOT NULL,
    ordinal     integer NOT NULL,
    heading     text NOT NULL,
    -- The headings above that one, outermost first.
    context     text NOT NULL,
    anchor      text,
    content     text NOT NULL,
    -- Of what an embedding is made from: a passage that an edit of its page left alone keeps its own.
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    -- Weight A: the heading. B: the page's title and the headings above. D: the text.
    search      tsvector NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (document_id, sha256)
);

CREATE INDEX IF NOT EXISTS document_passages_search_idx
    ON document_passages USING gin (search) WITH (fastupdate = off);
CREATE INDEX IF NOT EXISTS document_passages_node_idx ON document_passages (node_id);

-- What the index of a node holds, so that a search need not count it.
CREATE TABLE IF NOT EXISTS document_indexes (
    node_id     varchar(100) PRIMARY KEY,
    passages    integer NOT NULL DEFAULT 0,
    languages   regconfig[] NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- As in 21-robbieblocks-cms.sql.
CREATE OR REPLACE FUNCTION robbieblocks_touch_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER documents_updated_at
    BEFORE UPDATE ON documents FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER document_indexes_updated_at
    BEFORE UPDATE ON document_indexes FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

-- How words are folded in a language, named as HTML names it: 'en-GB' is English.
CREATE OR REPLACE FUNCTION robbieblocks_search_language(language text)
RETURNS regconfig LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT c.oid::regconfig FROM pg_ts_config AS c
         WHERE c.cfgnamespace = 'pg_catalog'::regnamespace AND c.cfgname = CASE
            lower(split_part(split_part(language, '-', 1), '_', 1))
            WHEN 'ar' THEN 'arabic' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german'
            WHEN 'el' THEN 'greek' WHEN 'en' THEN 'english' WHEN 'es' THEN 'spanish'
            WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french' WHEN 'hu' THEN 'hungarian'
            WHEN 'it' THEN 'italian' WHEN 'nl' THEN 'dutch' WHEN 'no' THEN 'norwegian'
            WHEN 'nb' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian'
            WHEN 'ru' THEN 'russian' WHEN 'sv' THEN 'swedish' WHEN 'tr' THEN 'turkish' END),
        'pg_catalog.simple'::regconfig)
$$;

-- The words of a question, folded, as queries of one word each; the first 32.
--
-- A question is no list of words that must all occur: "What does a test cost?" finds a passage that
-- has a price and no "does". So each word is looked up alone, and what is rare on the site counts
-- more than what is on every page.
--
-- related: words that stand for each other, separated by spaces; where the question has one of them,
-- each of the others is as good.
CREATE OR REPLACE FUNCTION robbieblocks_search_words(
    question text, languages regconfig[], related text[] DEFAULT '{}')
RETURNS SETOF tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH lexemes AS (
        SELECT w.lexeme, min(w.positions[1]) AS place
        FROM unnest(languages) AS l (language),
            LATERAL unnest(to_tsvector(l.language, left(question, 4000))) AS w
        WHERE length(w.lexeme) <= 200 GROUP BY w.lexeme ORDER BY 2, 1 LIMIT 32
    ), groups AS (
        SELECT r.number, array_agg(DISTINCT w.lexeme) AS lexemes
        FROM unnest(related) WITH ORDINALITY AS r (words, number), unnest(languages) AS l (language),
            LATERAL unnest(to_tsvector(l.language, r.words)) AS w
        GROUP BY r.number
    )
    SELECT DISTINCT (
        SELECT string_agg('''' || replace(replace(a.lexeme, '\', '\\'), '''', '''''') || '''', ' | '
            ORDER BY a.lexeme)
        FROM (
            SELECT l.lexeme UNION
            SELECT unnest(g.lexemes) FROM groups AS g WHERE l.lexeme = ANY (g.lexemes)
        ) AS a)::tsquery
    FROM lexemes AS l
$$;

-- The passages of a node that share words with a question, best first.
--
-- score: the sum over the words of how rare each is and how prominently the passage has it. coverage:
-- which part of the question's weight the passage has, 0 to 1. What matches the question as a web
-- search (every word, "phrases", no -excluded one) comes first.
CREATE OR REPLACE FUNCTION robbieblocks_search_passages(
    node text, question text, related text[] DEFAULT '{}', most integer DEFAULT 40)
RETURNS TABLE (passage_id uuid, score double precision, coverage double precision)
LANGUAGE sql STABLE AS $$
    WITH indexed AS (
        SELECT i.passages, i.languages FROM document_indexes AS i WHERE i.node_id = node
    ), strict AS (
        SELECT websearch_to_tsquery(l.language, left(question, 4000)) AS query
        FROM indexed, unnest(indexed.languages) AS l (language)
    ), words AS MATERIALIZED (
        SELECT w.query, row_number() OVER () AS number
        FROM indexed, robbieblocks_search_words(question, indexed.languages, related) AS w (query)
    ), hits AS MATERIALIZED (
        -- A line or two seldom answer anything.
        SELECT words.number, p.id, ts_rank('{0.55, 0.7, 0.8, 1}', p.search, words.query)
            * least(1, 0.5 + length(p.content) / 400.0) AS prominence
        FROM words JOIN document_passages AS p ON p.node_id = node AND p.search @@ words.query
    ), weights AS (
        SELECT words.number, ln(1 + (greatest(indexed.passages, count(hits.id)) - count(hits.id) + 0.5)
            / (count(hits.id) + 0.5)) AS weight
        FROM words CROSS JOIN indexed LEFT JOIN hits USING (number)
        GROUP BY words.number, indexed.passages
    ), total AS (
        SELECT sum(weight) AS weight FROM weights
    ), scored AS (
        SELECT hits.id, sum(weights.weight * hits.prominence) AS score,
            sum(weights.weight) / (SELECT total.weight FROM total) AS coverage
        FROM hits JOIN weights USING (number) GROUP BY hits.id
        ORDER BY 2 DESC LIMIT least(most, 200) * 4
    )
    SELECT scored.id, scored.score::double precision, scored.coverage::double precision
    FROM scored JOIN document_passages AS p ON p.id = scored.id
    ORDER BY EXISTS (SELECT 1 FROM strict WHERE p.search @@ strict.query) DESC,
        scored.score DESC, p.document_id, p.ordinal
    LIMIT least(most, 200)
$$;

-- Messages ----------------------------------------------------------------------------------------

-- The words of a message, and whose it is: an index that knows both does not look at the messages of
-- other visitors that have the same words.
ALTER TABLE messages ADD COLUMN IF NOT EXISTS search tsvector GENERATED ALWAYS AS (
    to_tsvector('pg_catalog.english', left(content, 20000))
    || array_to_tsvector(ARRAY[coalesce('visitor ' || session_id::text, 'nobody')])) STORED;
CREATE INDEX IF NOT EXISTS messages_search_idx ON messages USING gin (search);

-- The newest messages of a visitor.
CREATE INDEX IF NOT EXISTS messages_session_id_created_at_idx
    ON messages (session_id, created_at DESC);

-- The visitor's own messages on a node that share words with a question, best first.
--
-- Row-level security keeps an index on words from being used by those whom it is for, because "@@" may
-- tell what it has seen. So this function has its owner's rights, names the visitor itself, and
-- returns ids and no text: what they are the ids of is read under row-level security.
--
-- A message is found by its rarer words, and weighed by all: looking up a word that is in every tenth
-- message costs as much as reading every tenth. A question of common words alone is answered from the
-- newest 1500 messages.
CREATE OR REPLACE FUNCTION robbieblocks_search_messages(
    node text, question text, roles text[] DEFAULT '{user}', most integer DEFAULT 40)
RETURNS TABLE (message_id uuid, score double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own_visitor uuid := robbieblocks_visitor();
    -- In every hundredth message or more, when the table was last analysed.
    common text[];
    words tsquery[];
    rare text;
BEGIN
    IF own_visitor IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(word) INTO common
    FROM pg_stats AS s,
        unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS c (word, part)
    WHERE s.tablename = 'messages' AND s.attname = 'search' AND c.part BETWEEN 0.01 AND 1
        AND c.word IS NOT NULL;
    SELECT array_agg(w.query), string_agg(w.query::text, ' | ')
        FILTER (WHERE NOT array_to_tsvector(coalesce(common, '{}')) @@ w.query)
    INTO words, rare
    FROM robbieblocks_search_words(question, '{pg_catalog.english}'::regconfig[]) AS w (query);
    IF words IS NULL THEN
        RETURN;
    END IF;

    -- "IS NOT DISTINCT FROM", so that the index on words is used however few messages a visitor has on
    -- average.
    RETURN QUERY
    WITH found AS MATERIALIZED (
        SELECT m.id, m.created_at, m.search FROM messages AS m
        WHERE rare IS NOT NULL
            AND m.search @@ (('''visitor ' || own_visitor || '''')::tsquery && rare::tsquery)
            AND m.session_id IS NOT DISTINCT FROM own_visitor AND m.node_id = node
            AND m.role::text = ANY (roles)
    ), recent AS MATERIALIZED (
        SELECT m.id, m.created_at, m.search FROM messages AS m
        WHERE rare IS NULL AND m.session_id = own_visitor AND m.node_id = node
            AND m.role::text = ANY (roles)
        ORDER BY m.created_at DESC LIMIT 1500
    ), candidates AS MATERIALIZED (
        (SELECT * FROM found ORDER BY created_at DESC LIMIT 1500) UNION ALL SELECT * FROM recent
    ), hits AS MATERIALIZED (
        SELECT c.id, c.created_at, w.number FROM candidates AS c
        JOIN unnest(words) WITH ORDINALITY AS w (query, number) ON c.search @@ w.query
    ), weights AS (
        SELECT h.number, ln(1 + (SELECT count(*) FROM candidates)::float8 / count(*)) AS weight
        FROM hits AS h GROUP BY h.number
    )
    SELECT h.id, sum(w.weight) FROM hits AS h JOIN weights AS w USING (number)
    GROUP BY h.id ORDER BY 2 DESC, max(h.created_at) DESC LIMIT least(most, 200);
END
$$;

-- Vectors -----------------------------------------------------------------------------------------

-- 'none', 'exact' (pgvector before 0.5), 'hnsw' (before 0.8, where a filter loses results), 'full'.
CREATE OR REPLACE FUNCTION robbieblocks_vector_support()
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE WHEN v.parts >= '{0,8}' THEN 'full' WHEN v.parts >= '{0,5}' THEN 'hnsw'
            ELSE 'exact' END
        FROM pg_extension AS e,
            LATERAL (SELECT string_to_array(e.extversion, '.')::integer[] AS parts) AS v
        WHERE e.extname = 'vector' AND to_regclass('passage_embeddings') IS NOT NULL), 'none')
$$;

-- Makes the tables of embeddings where pgvector is, and says what there is. To be run again when the
-- extension was installed later.
CREATE OR REPLACE FUNCTION robbieblocks_enable_vectors()
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF to_regtype('vector') IS NULL THEN
        IF NOT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') THEN
            RETURN 'none';
        END IF;
        BEGIN
            CREATE EXTENSION IF NOT EXISTS vector;
        EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file THEN
            RETURN 'none';
        END;
    END IF;

    CREATE TABLE IF NOT EXISTS passage_embeddings (
        passage_id uuid PRIMARY KEY REFERENCES document_passages (id) ON DELETE CASCADE,
        node_id    varchar(100) NOT NULL,
        -- Vectors of different models have nothing to do with each other.
        model      text NOT NULL,
        dimensions integer NOT NULL,
        embedding  vector NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CHECK (dimensions = vector_dims(embedding))
    );
    CREATE TABLE IF NOT EXISTS message_embeddings (
        message_id uuid PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
        visitor    uuid NOT NULL,
        node_id    varchar(100) NOT NULL,
        role       text NOT NULL,
        model      text NOT NULL,
        dimensions integer NOT NULL,
        embedding  vector NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CHECK (dimensions = vector_dims(embedding))
    );
    -- Beside the row, where it fits: an exact search reads every vector of a visitor.
    ALTER TABLE passage_embeddings ALTER COLUMN embedding SET STORAGE MAIN;
    ALTER TABLE message_embeddings ALTER COLUMN embedding SET STORAGE MAIN;
    CREATE INDEX IF NOT EXISTS passage_embeddings_node_idx
        ON passage_embeddings (node_id, model, dimensions);
    CREATE INDEX IF NOT EXISTS message_embeddings_visitor_idx
        ON message_embeddings (visitor, node_id, model, dimensions);

    ALTER TABLE message_embeddings ENABLE ROW LEVEL SECURITY;
    ALTER TABLE message_embeddings FORCE ROW LEVEL SECURITY;
    DROP POLICY IF EXISTS message_embeddings_visitor ON message_embeddings;
    CREATE POLICY message_embeddings_visitor ON message_embeddings
        USING (visitor = (SELECT robbieblocks_visitor()))
        WITH CHECK (visitor = (SELECT robbieblocks_visitor()));
    PERFORM robbieblocks_grant_search();
    RETURN robbieblocks_vector_support();
END
$$;

-- Makes the index for vectors of so many dimensions, which HNSW can do up to 2000; beyond that a
-- search compares with every vector. Twelve such numbers at most have an index.
--
-- With its owner's rights, since the number of dimensions is known when a provider first answers.
CREATE OR REPLACE FUNCTION robbieblocks_index_vectors(what text, dimensions integer)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := what || '_' || dimensions || '_idx';
BEGIN
    IF what NOT IN ('passage_embeddings', 'message_embeddings') THEN
        RAISE EXCEPTION 'there are no embeddings called %', what;
    END IF;
    IF robbieblocks_vector_support() NOT IN ('hnsw', 'full')
        OR dimensions IS NULL OR dimensions NOT BETWEEN 1 AND 2000
    THEN
        RETURN false;
    END IF;
    IF to_regclass(name) IS NOT NULL THEN
        RETURN true;
    END IF;
    IF (SELECT count(*) FROM pg_indexes
        WHERE tablename = what AND indexdef LIKE '%USING hnsw%') >= 12
    THEN
        RETURN false;
    END IF;
    -- Two who embed at once make one index.
    PERFORM pg_advisory_xact_lock(hashtext('robbieblocks_index_vectors'));
    EXECUTE format(
        'CREATE INDEX IF NOT EXISTS %1$I ON %2$I
         USING hnsw ((embedding::vector(%3$s)) vector_cosine_ops) WHERE dimensions = %3$s',
        name, what, dimensions);
    RETURN true;
END
$$;

-- Settings of one transaction for a search along an HNSW index: how many candidates it holds, and,
-- from pgvector 0.8 on, that it goes on when a filter has taken too many of them. Where that can be
-- done it is done: the planner does not know how many rows a policy leaves, and takes visitors for
-- equals.
CREATE OR REPLACE FUNCTION robbieblocks_begin_vector_search(is_exact boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    support text := robbieblocks_vector_support();
BEGIN
    IF is_exact THEN
        RETURN;
    END IF;
    IF support IN ('hnsw', 'full') THEN
        PERFORM set_config('hnsw.ef_search', '100', true);
    END IF;
    IF support = 'full' THEN
        PERFORM set_config('hnsw.iterative_scan', 'strict_order', true),
            set_config('enable_sort', 'off', true);
    END IF;
END
$$;

-- The text of a search for the nearest rows of a table of ours.
--
-- Exact: every row that the filter leaves is compared. Otherwise the order is that of the index, which
-- knows only that the number of dimensions is this one.
CREATE OR REPLACE FUNCTION robbieblocks_nearest_query(
    what text, id text, filter text, dimensions integer, is_exact boolean)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN is_exact THEN format(
        'WITH own AS MATERIALIZED (
             SELECT %2$s AS id, e.embedding <=> $1::vector AS distance FROM %1$I AS e
             WHERE %3$s AND e.model = $3 AND e.dimensions = %4$s)
         SELECT id, 1 - distance FROM own ORDER BY distance LIMIT $4',
        what, id, filter, dimensions)
    ELSE format(
        'SELECT %2$s, 1 - (e.embedding::vector(%4$s) <=> $1::vector(%4$s)) FROM %1$I AS e
         WHERE %3$s AND e.model = $3 AND e.dimensions = %4$s
         ORDER BY e.embedding::vector(%4$s) <=> $1::vector(%4$s) LIMIT $4',
        what, id, filter, dimensions) END
$$;

-- The passages of a node whose embeddings are nearest to one, which has the form '[0.1,0.2]'.
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
        'passage_embeddings', 'e.passage_id', 'e.node_id = $2', question_dimensions, own <= 2000)
        USING question, node, question_model, least(most, 200);
    PERFORM set_config('enable_sort', 'on', true);
END
$$;

-- The visitor's own messages on a node whose embeddings are nearest to one; which rows those are is
-- the work of row-level security.
--
-- A visitor with few messages gets the exact answer. An index over the messages of all would have to
-- be searched long for them.
CREATE OR REPLACE FUNCTION robbieblocks_nearest_messages(
    node text, question text, question_model text, question_dimensions integer,
    roles text[] DEFAULT '{user}', most integer DEFAULT 40)
RETURNS TABLE (message_id uuid, similarity double precision)
LANGUAGE plpgsql AS $$
DECLARE
    own integer;
BEGIN
    IF robbieblocks_vector_support() = 'none' THEN
        RETURN;
    END IF;
    SELECT count(*) INTO own FROM (
        SELECT 1 FROM message_embeddings AS e
        WHERE e.visitor = robbieblocks_visitor() AND e.node_id = node
            AND e.model = question_model AND e.dimensions = question_dimensions
        LIMIT 2001) AS few;
    PERFORM robbieblocks_begin_vector_search(own <= 2000);
    RETURN QUERY EXECUTE robbieblocks_nearest_query(
        'message_embeddings', 'e.message_id',
        'e.visitor = $6 AND e.node_id = $2 AND e.role = ANY ($5)', question_dimensions, own <= 2000)
        USING question, node, question_model, least(most, 200), roles,
            robbieblocks_visitor();
    PERFORM set_config('enable_sort', 'on', true);
END
$$;

-- Rights ------------------------------------------------------------------------------------------

-- What the role of the chat may do: read what is published, search, and keep embeddings of the
-- messages of the visitor it serves.
CREATE OR REPLACE FUNCTION robbieblocks_grant_search()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'robbieblocks_chat') THEN
        RETURN;
    END IF;
    GRANT SELECT ON documents, document_passages, document_indexes TO robbieblocks_chat;
    IF to_regclass('message_embeddings') IS NOT NULL THEN
        GRANT SELECT ON passage_embeddings TO robbieblocks_chat;
        GRANT SELECT, INSERT, UPDATE, DELETE ON message_embeddings TO robbieblocks_chat;
    END IF;
    GRANT EXECUTE ON FUNCTION robbieblocks_search_messages(text, text, text[], integer),
        robbieblocks_index_vectors(text, integer) TO robbieblocks_chat;
END
$$;

-- Functions with their owner's rights are not for everyone.
REVOKE EXECUTE ON FUNCTION robbieblocks_search_messages(text, text, text[], integer),
    robbieblocks_index_vectors(text, integer) FROM PUBLIC;

SELECT robbieblocks_enable_vectors();
SELECT robbieblocks_grant_search();
