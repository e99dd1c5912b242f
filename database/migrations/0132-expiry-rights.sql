-- Visitors are forgotten with the owner's rights: the chat's own role deletes no session.

CREATE OR REPLACE FUNCTION robbieblocks_expire_visitors(
    unused interval, kept interval, most integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
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
    -- The owner is bound by the policies, too, unless it is a superuser.
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

DELETE FROM robbieblocks_chat_grants WHERE object = 'robbieblocks_expiry';
UPDATE robbieblocks_chat_grants
SET privileges = 'SELECT, INSERT, UPDATE (last_seen_at, updated_at)' WHERE object = 'sessions';
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'robbieblocks_chat') THEN
        REVOKE DELETE ON sessions FROM robbieblocks_chat;
        REVOKE ALL ON robbieblocks_expiry FROM robbieblocks_chat;
    END IF;
END
$$;
SELECT robbieblocks_grant_chat();
