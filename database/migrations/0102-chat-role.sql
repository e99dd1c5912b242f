-- The rights of the chat server, and what it does in one call.
--
-- Its sessions act as robbieblocks_chat, which owns nothing, cannot log in and is bound by every policy:
-- a statement that forgets its WHERE sees one visitor's rows and no others.
--
-- A role belongs to the whole server, and whoever owns this database may not be allowed to make one.
-- Sites are built without it; robbieblocks_grant_chat() then says what to do, and can be called again
-- once it was done.

-- What the role may do in this database. A migration that gives the chat a new table adds a row.
CREATE TABLE IF NOT EXISTS robbieblocks_chat_grants (
    object     text PRIMARY KEY,
    privileges text NOT NULL
);

INSERT INTO robbieblocks_chat_grants (object, privileges) VALUES
    ('sessions', 'SELECT, INSERT, UPDATE (last_seen_at, updated_at)'),
    ('conversations',
     'SELECT, INSERT, DELETE, UPDATE (title, summary, summary_position, message_count, updated_at)'),
    ('messages', 'SELECT, INSERT, UPDATE (superseded_at, updated_at)'),
    ('ai_personalities', 'SELECT'),
    ('ai_personality_state',
     'SELECT, INSERT, UPDATE (personality_id, mood, mode, gandhi_genghis, energy, focus, updated_at)'),
    ('ai_model_chain', 'SELECT'),
    ('ai_model_usage', 'INSERT')
ON CONFLICT (object) DO NOTHING;

-- Makes the role when there is none, and gives it its rights here.
--
-- Returns NULL when all is well, else what is missing.
CREATE OR REPLACE FUNCTION robbieblocks_grant_chat() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    entry record;
BEGIN
    -- Two who grant the same at once would fail.
    PERFORM pg_advisory_xact_lock(hashtext('robbieblocks_grant_chat'));
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'robbieblocks_chat') THEN
        BEGIN
            CREATE ROLE robbieblocks_chat NOLOGIN NOINHERIT;
        EXCEPTION
            -- Another database of this server did so at the same moment.
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RETURN format(
                    'the role robbieblocks_chat is missing, and %I may not make it; a superuser runs: '
                    'CREATE ROLE robbieblocks_chat NOLOGIN; GRANT robbieblocks_chat TO %1$I; '
                    'then run: SELECT robbieblocks_grant_chat()', current_user);
        END;
    END IF;
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname = 'robbieblocks_chat' AND (rolsuper OR rolbypassrls))
    THEN
        RETURN 'the role robbieblocks_chat is not bound by policies; a superuser runs: '
            'ALTER ROLE robbieblocks_chat NOSUPERUSER NOBYPASSRLS';
    END IF;
    FOR entry IN SELECT object, privileges FROM robbieblocks_chat_grants ORDER BY object LOOP
        EXECUTE format('GRANT %s ON %s TO robbieblocks_chat', entry.privileges, entry.object);
    END LOOP;
    -- What search in 03-vectors-rag.sql adds depends on what the server has.
    IF to_regprocedure('robbieblocks_grant_search()') IS NOT NULL THEN
        PERFORM robbieblocks_grant_search();
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO robbieblocks_chat', current_schema());
    BEGIN
        -- Whoever makes a role does not always get to act as it.
        SET LOCAL ROLE robbieblocks_chat;
        RESET ROLE;
    EXCEPTION WHEN insufficient_privilege THEN
        BEGIN
            EXECUTE format('GRANT robbieblocks_chat TO %I', session_user);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RETURN format(
                    '%I may not act as robbieblocks_chat; a superuser runs: '
                    'GRANT robbieblocks_chat TO %1$I', session_user);
        END;
    END;
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION robbieblocks_grant_chat() FROM PUBLIC;

-- When this is not NULL the chat server says so; sites are built all the same.
SELECT robbieblocks_grant_chat();
