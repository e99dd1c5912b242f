-- A question and its answer, each stored in one round trip.
--
-- The function runs with the rights of whoever calls it, so that policies hold inside it. Ids come from
-- the caller: whoever repeats a call repeats its ids, too.
--
-- Error codes: RB404 no such conversation or message, RB409 the key was used for another question,
-- RB429 a limit was reached; the message is the name of the thing or the limit, for a program.

-- Makes a conversation, and the visitor's session when there is none.
CREATE OR REPLACE FUNCTION robbieblocks_begin_conversation(
    node text, conversation uuid, title text, conversation_limit integer,
    messages integer DEFAULT 0)
RETURNS conversations LANGUAGE plpgsql AS $$
DECLARE
    visitor CONSTANT uuid := robbieblocks_visitor();
    made conversations;
BEGIN
    -- This locks the visitor's row, so that two calls at once do not pass the limit together.
    INSERT INTO sessions AS s (id, node_id) VALUES (visitor, node)
    ON CONFLICT (id) DO UPDATE SET last_seen_at = now();
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

-- Stores a question, or finds it when it was stored before, and returns what an answer needs.
--
-- conversation_limit and message_limit: conversations of a visitor, and messages of a conversation.
-- edited: the question that this one replaces. regenerated: the answer that is to be given anew, or a
-- question; then no question is stored.
CREATE OR REPLACE FUNCTION robbieblocks_begin_exchange(
    node text, INOUT conversation uuid, is_new boolean, question uuid, question_text text,
    request_key text, edited uuid, regenerated uuid, turn_limit integer,
    conversation_limit integer, message_limit integer,
    OUT question_id uuid, OUT answer_position integer, OUT answer_version_of uuid,
    OUT asked text, OUT is_repeat boolean, OUT summary text, OUT turn_roles text[], OUT turn_texts text[])
LANGUAGE plpgsql AS $$
DECLARE
    visitor CONSTANT uuid := robbieblocks_visitor();
    known_id uuid;
    known_role text;
    known_text text;
    known_parent uuid;
    known_conversation uuid;
    old record;
    question_position integer;
    summarised integer := 0;
    found_parent uuid;
    found_version uuid;
BEGIN
    is_repeat := false;
    IF visitor IS NULL THEN
        RAISE EXCEPTION 'no visitor is set' USING ERRCODE = 'RB404';
    END IF;

    -- The same request again, perhaps at the same moment.
    IF request_key IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(visitor::text || request_key, 0));
        SELECT m.id, m.role, m.content, m.parent_id, m.conversation_id
        INTO known_id, known_role, known_text, known_parent, known_conversation
        FROM messages AS m
        WHERE m.session_id = visitor AND m.idempotency_key = request_key;
        is_repeat := FOUND;
        IF is_repeat AND ((regenerated IS NULL) <> (known_role = 'user')
            OR known_role = 'user' AND known_text <> question_text)
        THEN
            RAISE EXCEPTION 'key' USING ERRCODE = 'RB409';
        END IF;
    END IF;

    IF is_repeat THEN
        conversation := known_conversation;
        question_id := CASE known_role WHEN 'user' THEN known_id ELSE known_parent END;
        SELECT c.summary, c.summary_position INTO summary, summarised
        FROM conversations AS c WHERE c.id = conversation AND c.node_id = node;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'key' USING ERRCODE = 'RB409';
        END IF;
        SELECT m.content, m.position INTO asked, question_position
        FROM messages AS m WHERE m.id = question_id;
        answer_position := question_position + 1;
    ELSE
        IF is_new THEN
            IF edited IS NOT NULL OR regenerated IS NOT NULL THEN
                RAISE EXCEPTION 'conversation' USING ERRCODE = 'RB404';
            END IF;
            PERFORM robbieblocks_begin_conversation(
                node, conversation, left(question_text, 80), conversation_limit, 2);
            answer_position := 2;
        ELSE
            UPDATE conversations AS c
            SET message_count = c.message_count + CASE WHEN regenerated IS NULL THEN 2 ELSE 1 END,
                title = coalesce(c.title, left(question_text, 80)), updated_at = now()
            WHERE c.id = conversation AND c.session_id = visitor AND c.node_id = node
            RETURNING c.message_count, c.summary, c.summary_position
            INTO answer_position, summary, summarised;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'conversation' USING ERRCODE = 'RB404';
            END IF;
            IF answer_position > message_limit THEN
                RAISE EXCEPTION 'messages' USING ERRCODE = 'RB429';
            END IF;
        END IF;

        IF regenerated IS NOT NULL THEN
            SELECT m.id, m.parent_id, m.role, m.version_of INTO old FROM messages AS m
            WHERE m.id = regenerated AND m.conversation_id = conversation;
            question_id := CASE old.role WHEN 'user' THEN old.id ELSE old.parent_id END;
            SELECT m.content, m.position INTO asked, question_position
            FROM messages AS m WHERE m.id = question_id AND m.conversation_id = conversation;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'message' USING ERRCODE = 'RB404';
            END IF;
            SELECT coalesce(m.version_of, m.id) INTO answer_version_of FROM messages AS m
            WHERE m.conversation_id = conversation AND m.parent_id = question_id
                AND m.role = 'assistant'
            ORDER BY m.position LIMIT 1;
        ELSE
            IF edited IS NOT NULL THEN
                SELECT m.id, m.parent_id, m.version_of, m.position INTO old FROM messages AS m
                WHERE m.id = edited AND m.conversation_id = conversation AND m.role = 'user';
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'message' USING ERRCODE = 'RB404';
                END IF;
                found_parent := old.parent_id;
                found_version := coalesce(old.version_of, old.id);
                UPDATE messages AS m SET superseded_at = now()
                WHERE m.conversation_id = conversation AND m.position >= old.position
                    AND m.superseded_at IS NULL;
                -- A summary may not speak of what is no longer so.
                IF summarised >= old.position THEN
                    UPDATE conversations AS c SET summary = NULL, summary_position = 0
                    WHERE c.id = conversation;
                    summary := NULL;
                    summarised := 0;
                END IF;
            ELSIF NOT is_new THEN
                SELECT m.id INTO found_parent FROM messages AS m
                WHERE m.conversation_id = conversation AND m.superseded_at IS NULL
                ORDER BY m.position DESC LIMIT 1;
            END IF;
            question_id := question;
            asked := question_text;
            question_position := answer_position - 1;
            INSERT INTO messages (id, conversation_id, session_id, node_id, parent_id, version_of,
                position, role, content, idempotency_key)
            VALUES (question, conversation, visitor, node, found_parent, found_version,
                question_position, 'user', question_text, request_key);
        END IF;
    END IF;

    IF is_repeat OR NOT is_new THEN
        SELECT array_agg(turn.role ORDER BY turn.position),
            array_agg(turn.content ORDER BY turn.position)
        INTO turn_roles, turn_texts
        FROM (
            SELECT m.role, m.content, m.position FROM messages AS m
            WHERE m.conversation_id = conversation AND m.position < question_position
                AND m.position > summarised AND m.superseded_at IS NULL AND m.status <> 'failed'
            ORDER BY m.position DESC LIMIT turn_limit) AS turn;
    END IF;
END
$$;

-- Stores an answer. Called again it changes nothing, so that it can be repeated until it succeeds.
--
-- Returns whether the answer is new.
CREATE OR REPLACE FUNCTION robbieblocks_finish_exchange(
    node text, conversation uuid, question uuid, answer uuid, answer_position integer,
    version uuid, answer_text text, answer_status text, answer_source text, answer_model text,
    answer_citations jsonb, answer_usage jsonb, request_key text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO messages (id, conversation_id, session_id, node_id, parent_id, version_of, position,
        role, content, status, source, model, citations, metadata, idempotency_key)
    VALUES (answer, conversation, robbieblocks_visitor(), node, question, version, answer_position,
        'assistant', answer_text, answer_status, answer_source, answer_model, answer_citations,
        answer_usage, request_key)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF version IS NOT NULL THEN
        -- The answers before it to the same question leave the path, and what was said after them.
        UPDATE messages AS m SET superseded_at = now()
        WHERE m.conversation_id = conversation AND m.position < answer_position
            AND m.superseded_at IS NULL
            AND m.position >= (
                SELECT min(o.position) FROM messages AS o
                WHERE o.conversation_id = conversation AND o.parent_id = question
                    AND o.role = 'assistant');
        UPDATE conversations AS c SET summary = NULL, summary_position = 0
        WHERE c.id = conversation AND c.summary_position >= (
            SELECT o.position FROM messages AS o WHERE o.id = version);
    END IF;
    RETURN true;
END
$$;
