-- What an exchange costs the database: less, for the same rows.

-- A visitor's session says when they were last seen, to the minute: it was written, and told to the
-- audit log, with each first question of a conversation.
CREATE OR REPLACE FUNCTION robbieblocks_begin_conversation(
    node text, conversation uuid, title text, conversation_limit integer,
    messages integer DEFAULT 0)
RETURNS conversations LANGUAGE plpgsql AS $$
DECLARE
    visitor CONSTANT uuid := robbieblocks_visitor();
    seen timestamptz;
    own integer;
    made conversations;
BEGIN
    -- Two calls at once do not pass the limit together.
    PERFORM pg_advisory_xact_lock(hashtextextended('conversations of ' || visitor::text, 0));
    SELECT (SELECT s.last_seen_at FROM sessions AS s WHERE s.id = visitor), count(*)
    INTO seen, own
    FROM (
        SELECT FROM conversations AS c WHERE c.session_id = visitor
        LIMIT conversation_limit) AS found;
    IF own >= conversation_limit THEN
        RAISE EXCEPTION 'conversations' USING ERRCODE = 'RB429';
    END IF;
    IF seen IS NULL OR seen < now() - interval '1 minute' THEN
        INSERT INTO sessions AS s (id, node_id) VALUES (visitor, node)
        ON CONFLICT (id) DO UPDATE SET last_seen_at = now();
    END IF;
    INSERT INTO conversations (id, session_id, node_id, title, message_count)
    VALUES (conversation, visitor, node, title, messages)
    RETURNING * INTO made;
    RETURN made;
END
$$;

-- A condition, and the expression of a generated column, are read from their text and planned anew by
-- each INSERT. A call of a function is short, and a function is planned once.

CREATE OR REPLACE FUNCTION robbieblocks_is_message(role text, status text, source text)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN role IN ('user', 'assistant', 'system')
        AND status IN ('complete', 'cut_off', 'stopped', 'failed')
        AND (source IS NULL OR source IN ('model', 'retrieval'));
END
$$;

-- The words of a question, and whose it is: see 0003-vectors-rag.sql. Visitors search what they wrote
-- themselves; to fold the words of every answer, too, took a tenth of an exchange.
CREATE OR REPLACE FUNCTION robbieblocks_message_words(role text, content text, visitor uuid)
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF role OPERATOR(pg_catalog.<>) 'user' THEN
        RETURN NULL;
    END IF;
    RETURN pg_catalog.to_tsvector('pg_catalog.english', pg_catalog.left(content, 20000))
        OPERATOR(pg_catalog.||) pg_catalog.array_to_tsvector(
            ARRAY[coalesce('visitor ' OPERATOR(pg_catalog.||) visitor::text, 'nobody')]);
END
$$;

-- NOT VALID: as in 0002-conversations.sql.
ALTER TABLE messages
    DROP CONSTRAINT IF EXISTS messages_known_role_check,
    DROP CONSTRAINT IF EXISTS messages_known_status_check,
    DROP CONSTRAINT IF EXISTS messages_known_source_check,
    DROP CONSTRAINT IF EXISTS messages_known_words_check,
    ADD CONSTRAINT messages_known_words_check
        CHECK (robbieblocks_is_message(role, status, source)) NOT VALID,
    DROP COLUMN IF EXISTS search,
    ADD COLUMN search tsvector
        GENERATED ALWAYS AS (robbieblocks_message_words(role, content, session_id)) STORED;
CREATE INDEX IF NOT EXISTS messages_search_idx ON messages USING gin (search);
COMMENT ON COLUMN messages.search IS 'The folded words of a question, and its visitor; NULL for an answer.';
-- How common a word is: a search looks up the rarer ones.
ANALYZE messages (search);
