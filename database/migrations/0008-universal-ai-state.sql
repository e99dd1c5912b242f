-- 08-universal-ai-state.sql: how a node's assistant is tempered, at present.
--
-- Names in this file are a contract with SQL that already exists elsewhere: they are extended, never
-- renamed or dropped. A database that has tables of these names keeps its rows and gains the columns
-- that it lacks. ai_working_memory and ai_commitments come with what needs them.

-- Who speaks. instructions go into the prompt, before what the state below adds.
CREATE TABLE IF NOT EXISTS ai_personalities (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    personality_key varchar(100),
    name            text,
    instructions    text,
    metadata        jsonb DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- One row for each node; a node without one has the defaults.
CREATE TABLE IF NOT EXISTS ai_personality_state (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    node_id        varchar(100),
    personality_id uuid REFERENCES ai_personalities (id) ON DELETE SET NULL,
    mood           integer NOT NULL DEFAULT 4,
    mode           varchar(50) NOT NULL DEFAULT 'assistant',
    gandhi_genghis integer NOT NULL DEFAULT 5,
    energy         integer NOT NULL DEFAULT 50,
    focus          integer NOT NULL DEFAULT 50,
    metadata       jsonb DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE ai_personalities
    ADD COLUMN IF NOT EXISTS personality_key varchar(100),
    ADD COLUMN IF NOT EXISTS name text,
    ADD COLUMN IF NOT EXISTS instructions text,
    ADD COLUMN IF NOT EXISTS metadata jsonb DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE ai_personality_state
    ADD COLUMN IF NOT EXISTS node_id varchar(100),
    ADD COLUMN IF NOT EXISTS personality_id uuid REFERENCES ai_personalities (id) ON DELETE SET NULL,
    ADD COLUMN IF NOT EXISTS mood integer NOT NULL DEFAULT 4,
    ADD COLUMN IF NOT EXISTS mode varchar(50) NOT NULL DEFAULT 'assistant',
    ADD COLUMN IF NOT EXISTS gandhi_genghis integer NOT NULL DEFAULT 5,
    ADD COLUMN IF NOT EXISTS energy integer NOT NULL DEFAULT 50,
    ADD COLUMN IF NOT EXISTS focus integer NOT NULL DEFAULT 50,
    ADD COLUMN IF NOT EXISTS metadata jsonb DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();

CREATE UNIQUE INDEX IF NOT EXISTS ai_personalities_personality_key_idx
    ON ai_personalities (personality_key);
CREATE UNIQUE INDEX IF NOT EXISTS ai_personality_state_node_id_idx
    ON ai_personality_state (node_id);

-- NOT VALID: rows that were there before are not judged.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('mood', 1, 7), ('gandhi_genghis', 1, 10), ('energy', 0, 100), ('focus', 0, 100)
        ) AS list (name, least, most)
    LOOP
        IF NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = 'ai_personality_state'::regclass
                AND conname = format('ai_personality_state_%s_check', wanted.name))
        THEN
            EXECUTE format(
                'ALTER TABLE ai_personality_state ADD CONSTRAINT %I CHECK (%I BETWEEN %s AND %s) NOT VALID',
                format('ai_personality_state_%s_check', wanted.name), wanted.name,
                wanted.least, wanted.most);
        END IF;
    END LOOP;
END
$$;

CREATE OR REPLACE TRIGGER ai_personalities_updated_at
    BEFORE UPDATE ON ai_personalities FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER ai_personality_state_updated_at
    BEFORE UPDATE ON ai_personality_state FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();

CREATE OR REPLACE TRIGGER ai_personalities_audit
    AFTER INSERT OR UPDATE OR DELETE ON ai_personalities FOR EACH ROW
    EXECUTE FUNCTION robbieblocks_audit();
CREATE OR REPLACE TRIGGER ai_personality_state_audit
    AFTER INSERT OR UPDATE OR DELETE ON ai_personality_state FOR EACH ROW
    EXECUTE FUNCTION robbieblocks_audit();

-- Every open widget is to show a change at once. The payload is the node; what it is now is read from
-- the row. A change of who speaks concerns every node, which the empty payload says.
CREATE OR REPLACE FUNCTION robbieblocks_notify_personality() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'ai_personalities' THEN
        PERFORM pg_notify('robbieblocks_personality', '');
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify('robbieblocks_personality', coalesce(OLD.node_id, ''));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_notify('robbieblocks_personality', coalesce(NEW.node_id, ''));
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER ai_personalities_notify
    AFTER INSERT OR UPDATE OR DELETE ON ai_personalities FOR EACH ROW
    EXECUTE FUNCTION robbieblocks_notify_personality();
CREATE OR REPLACE TRIGGER ai_personality_state_notify
    AFTER INSERT OR UPDATE OR DELETE ON ai_personality_state FOR EACH ROW
    EXECUTE FUNCTION robbieblocks_notify_personality();

COMMENT ON TABLE ai_personalities IS 'Who may speak for a node.';
COMMENT ON COLUMN ai_personalities.instructions IS 'What the prompt begins with.';
COMMENT ON TABLE ai_personality_state IS 'How each node''s assistant is tempered at present; a change reaches every open widget.';
COMMENT ON COLUMN ai_personality_state.mood IS '1 calm, 2 relaxed, 3 focused, 4 professional, 5 energetic, 6 excited, 7 hyper.';
COMMENT ON COLUMN ai_personality_state.gandhi_genghis IS 'From 1, the gentlest, to 10, the most forceful.';
COMMENT ON COLUMN ai_personality_state.energy IS '0 to 100.';
COMMENT ON COLUMN ai_personality_state.focus IS '0 to 100.';
