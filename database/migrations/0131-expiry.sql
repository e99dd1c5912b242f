-- Conversations that were begun and never used, and visitors who do not come back.
--
-- A program without cookies is a new visitor each time, and leaves a session and a conversation behind
-- that nobody can reach again.

-- Up to where sessions were looked through for conversations that were never used.
CREATE TABLE IF NOT EXISTS robbieblocks_expiry (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    looked_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO robbieblocks_expiry DEFAULT VALUES ON CONFLICT DO NOTHING;

-- Rows of visitors, which have no user, can be seen and deleted by whoever says that they expire them;
-- the sessions of people with an account cannot.
DROP POLICY IF EXISTS sessions_that_expire ON sessions;
CREATE POLICY sessions_that_expire ON sessions FOR SELECT
    USING (user_id IS NULL AND node_id IS NOT NULL
        AND current_setting('robbieblocks.expiry', true) = 'on');
DROP POLICY IF EXISTS sessions_that_are_deleted ON sessions;
CREATE POLICY sessions_that_are_deleted ON sessions FOR DELETE
    USING (user_id IS NULL AND node_id IS NOT NULL
        AND current_setting('robbieblocks.expiry', true) = 'on');

-- Deletes unused conversations of visitors last seen more than `unused` ago, and everything of visitors
-- last seen more than `kept` ago; NULL keeps it. Looks at `most` visitors of either kind at most.
--
-- Returns how many of the kind that there were more of. It runs with the rights of its caller, who sees
-- one visitor's rows at a time: it names one after the other.
CREATE OR REPLACE FUNCTION robbieblocks_expire_visitors(
    unused interval, kept interval, most integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
    visitor record;
    forgotten integer := 0;
    looked integer := 0;
BEGIN
    SELECT looked_until INTO since FROM robbieblocks_expiry FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        -- Another process does it.
        RETURN 0;
    END IF;
    PERFORM set_config('robbieblocks.expiry', 'on', true);
    -- What refers to a session goes with it.
    DELETE FROM sessions WHERE id IN (
        SELECT s.id FROM sessions AS s
        WHERE s.last_seen_at < now() - kept AND s.user_id IS NULL AND s.node_id IS NOT NULL
        LIMIT most);
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    FOR visitor IN
        SELECT s.id, s.last_seen_at FROM sessions AS s
        WHERE s.last_seen_at >= since AND s.last_seen_at < now() - unused
            AND s.user_id IS NULL AND s.node_id IS NOT NULL
        ORDER BY s.last_seen_at LIMIT most
    LOOP
        looked := looked + 1;
        since := visitor.last_seen_at;
        PERFORM set_config('robbieblocks.visitor', visitor.id::text, true);
        DELETE FROM conversations AS c
        WHERE c.session_id = visitor.id AND c.updated_at < now() - unused
            AND NOT EXISTS (SELECT FROM messages AS m WHERE m.conversation_id = c.id);
        IF FOUND AND NOT EXISTS (
            SELECT FROM conversations AS c WHERE c.session_id = visitor.id)
        THEN
            DELETE FROM sessions WHERE id = visitor.id;
        END IF;
    END LOOP;
    PERFORM set_config('robbieblocks.visitor', '', true),
        set_config('robbieblocks.expiry', '', true);
    UPDATE robbieblocks_expiry SET looked_until = since;
    RETURN greatest(forgotten, looked);
END
$$;

REVOKE ALL ON FUNCTION robbieblocks_expire_visitors(interval, interval, integer) FROM PUBLIC;

INSERT INTO robbieblocks_chat_grants (object, privileges) VALUES
    ('robbieblocks_expiry', 'SELECT, UPDATE (looked_until)'),
    ('sessions', 'SELECT, INSERT, DELETE, UPDATE (last_seen_at, updated_at)'),
    ('FUNCTION robbieblocks_expire_visitors(interval, interval, integer)', 'EXECUTE')
ON CONFLICT (object) DO UPDATE SET privileges = EXCLUDED.privileges;
SELECT robbieblocks_grant_chat();

COMMENT ON TABLE robbieblocks_expiry IS 'How far the chat has looked for conversations that were never used.';
