-- 02-conversations.sql: what visitors and a node said to each other.
--
-- Names in this file are a contract with SQL that already exists elsewhere: they are extended, never
-- renamed or dropped. A database that has tables of these names keeps its rows and gains the columns
-- that it lacks; old rows belong to no visitor, and no visitor sees them.
--
-- A message that was edited or answered anew is kept: its successors have the same version_of, and
-- superseded_at says that it is no longer on the conversation's current path. What was said after it
-- leaves the path with it.

CREATE TABLE IF NOT EXISTS conversations (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id       uuid,
    node_id          varchar(100),
    title            text,
    summary          text,
    summary_position integer NOT NULL DEFAULT 0,
    message_count    integer NOT NULL DEFAULT 0,
    metadata         jsonb DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);

-- parent_id has no foreign key: it is written by the same statement that found the parent, and goes
-- with the conversation.
CREATE TABLE IF NOT EXISTS messages (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid,
    session_id      uuid,
    node_id         varchar(100),
    parent_id       uuid,
    version_of      uuid,
    position        integer NOT NULL DEFAULT 0,
    role            varchar(20) NOT NULL,
    content         text NOT NULL,
    status          varchar(20) NOT NULL DEFAULT 'complete',
    source          varchar(20),
    model           text,
    citations       jsonb DEFAULT '[]',
    idempotency_key varchar(255),
    superseded_at   timestamptz,
    metadata        jsonb DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE conversations
    ADD COLUMN IF NOT EXISTS session_id uuid,
    ADD COLUMN IF NOT EXISTS node_id varchar(100),
    ADD COLUMN IF NOT EXISTS title text,
    ADD COLUMN IF NOT EXISTS summary text,
    ADD COLUMN IF NOT EXISTS summary_position integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS message_count integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS metadata jsonb DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE messages
    ADD COLUMN IF NOT EXISTS conversation_id uuid,
    ADD COLUMN IF NOT EXISTS session_id uuid,
    ADD COLUMN IF NOT EXISTS node_id varchar(100),
    ADD COLUMN IF NOT EXISTS parent_id uuid,
    ADD COLUMN IF NOT EXISTS version_of uuid,
    ADD COLUMN IF NOT EXISTS position integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS role varchar(20) NOT NULL DEFAULT 'user',
    ADD COLUMN IF NOT EXISTS content text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS status varchar(20) NOT NULL DEFAULT 'complete',
    ADD COLUMN IF NOT EXISTS source varchar(20),
    ADD COLUMN IF NOT EXISTS model text,
    ADD COLUMN IF NOT EXISTS citations jsonb DEFAULT '[]',
    ADD COLUMN IF NOT EXISTS idempotency_key varchar(255),
    ADD COLUMN IF NOT EXISTS superseded_at timestamptz,
    ADD COLUMN IF NOT EXISTS metadata jsonb DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();

CREATE UNIQUE INDEX IF NOT EXISTS conversations_id_session_id_idx
    ON conversations (id, session_id);
-- A visitor's conversations. They are few: to sort them costs less than to keep them in order, which
-- every question would change.
CREATE INDEX IF NOT EXISTS conversations_session_id_idx ON conversations (session_id);
-- The current path, and everything when a conversation is deleted.
CREATE INDEX IF NOT EXISTS messages_conversation_id_position_idx
    ON messages (conversation_id, position);
CREATE UNIQUE INDEX IF NOT EXISTS messages_session_id_idempotency_key_idx
    ON messages (session_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS messages_version_of_idx
    ON messages (version_of) WHERE version_of IS NOT NULL;

-- A message belongs to the visitor of its conversation: foreign keys are checked without regard to
-- policies, and one on the conversation alone could be used to write into somebody else's.
--
-- NOT VALID: rows that were there before are not judged.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('conversations', 'conversations_session_id_fkey',
                'FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE'),
            ('messages', 'messages_conversation_id_session_id_fkey',
                'FOREIGN KEY (conversation_id, session_id)
                 REFERENCES conversations (id, session_id) ON DELETE CASCADE'),
            ('messages', 'messages_known_role_check',
                'CHECK (role IN (''user'', ''assistant'', ''system''))'),
            ('messages', 'messages_known_status_check',
                'CHECK (status IN (''complete'', ''cut_off'', ''stopped'', ''failed''))'),
            ('messages', 'messages_known_source_check',
                'CHECK (source IN (''model'', ''retrieval''))')
        ) AS list (relation, name, definition)
    LOOP
        IF NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = wanted.relation::regclass AND conname = wanted.name)
        THEN
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s NOT VALID',
                wanted.relation, wanted.name, wanted.definition);
        END IF;
    END LOOP;
END
$$;

CREATE OR REPLACE TRIGGER conversations_updated_at
    BEFORE UPDATE ON conversations FOR EACH ROW
    WHEN (OLD.updated_at = NEW.updated_at AND OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
-- Column by column: 03-vectors-rag.sql adds a generated one, which may not be looked at here.
CREATE OR REPLACE TRIGGER messages_updated_at
    BEFORE UPDATE ON messages FOR EACH ROW
    WHEN ((OLD.conversation_id, OLD.session_id, OLD.node_id, OLD.parent_id, OLD.version_of,
            OLD.position, OLD.role, OLD.content, OLD.status, OLD.source, OLD.model, OLD.citations,
            OLD.idempotency_key, OLD.superseded_at, OLD.metadata)
        IS DISTINCT FROM (NEW.conversation_id, NEW.session_id, NEW.node_id, NEW.parent_id,
            NEW.version_of, NEW.position, NEW.role, NEW.content, NEW.status, NEW.source, NEW.model,
            NEW.citations, NEW.idempotency_key, NEW.superseded_at, NEW.metadata))
    EXECUTE FUNCTION robbieblocks_touch_updated_at();

CREATE OR REPLACE TRIGGER conversations_audit
    AFTER INSERT OR DELETE ON conversations FOR EACH ROW EXECUTE FUNCTION robbieblocks_audit();
-- That a message was added is told by the message's own entry.
CREATE OR REPLACE TRIGGER conversations_audit_update
    AFTER UPDATE ON conversations FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.session_id IS DISTINCT FROM NEW.session_id
        OR OLD.node_id IS DISTINCT FROM NEW.node_id OR OLD.title IS DISTINCT FROM NEW.title
        OR OLD.summary IS DISTINCT FROM NEW.summary OR OLD.metadata IS DISTINCT FROM NEW.metadata)
    EXECUTE FUNCTION robbieblocks_audit();
CREATE OR REPLACE TRIGGER messages_audit
    AFTER INSERT OR UPDATE OR DELETE ON messages FOR EACH ROW
    EXECUTE FUNCTION robbieblocks_audit();

-- FORCE: the owner of the tables is bound by it, too. Superusers are not.
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS conversations_of_the_visitor ON conversations;
CREATE POLICY conversations_of_the_visitor ON conversations
    USING (session_id = robbieblocks_visitor()) WITH CHECK (session_id = robbieblocks_visitor());
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS messages_of_the_visitor ON messages;
CREATE POLICY messages_of_the_visitor ON messages
    USING (session_id = robbieblocks_visitor()) WITH CHECK (session_id = robbieblocks_visitor());

COMMENT ON TABLE conversations IS 'Conversations of visitors. Only those of SET robbieblocks.visitor = <id> are seen, except by superusers.';
COMMENT ON COLUMN conversations.summary IS 'What was said up to summary_position, in short; for the prompt.';
COMMENT ON COLUMN conversations.message_count IS 'Positions that were given out, also to answers that were never stored.';
COMMENT ON TABLE messages IS 'Questions (role user) and answers (role assistant) of a conversation.';
COMMENT ON COLUMN messages.parent_id IS 'Of an answer, the question; of a question, the message before it.';
COMMENT ON COLUMN messages.version_of IS 'The first version of this message; NULL for the first version itself.';
COMMENT ON COLUMN messages.superseded_at IS 'When the message left the current path, since it, or one before it, was edited or answered anew.';
