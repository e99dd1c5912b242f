-- A visitor's session says when they were last seen, to the minute.
--
-- It was written, and told to the audit log, with each first question of a conversation, which cost more
-- than to store the question.

CREATE OR REPLACE FUNCTION robbieblocks_begin_conversation(
    node text, conversation uuid, title text, conversation_limit integer,
    messages integer DEFAULT 0)
RETURNS conversations LANGUAGE plpgsql AS $$
DECLARE
    visitor CONSTANT uuid := robbieblocks_visitor();
    made conversations;
BEGIN
    -- Either way the visitor's row is locked, so that two calls at once do not pass the limit together.
    PERFORM FROM sessions AS s
    WHERE s.id = visitor AND s.last_seen_at > now() - interval '1 minute' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO sessions AS s (id, node_id) VALUES (visitor, node)
        ON CONFLICT (id) DO UPDATE SET last_seen_at = now();
    END IF;
    IF (SELECT count(*) FROM (
            SELECT FROM conversations AS c WHERE c.session_id = visitor
            LIMIT conversation_limit) AS own) >= conversation_limit
    THEN
        RAISE EXCEPTION 'conversations' USING ERRCODE = 'RB429';
    END IF;
    INSERT INTO conversations (id, session_id, node_id, title, message_count)
    VALUES (conversation, visitor, node, title, messages)
    RETURNING * INTO made;
    RETURN made;
END
$$;
