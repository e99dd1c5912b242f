-- Which language models a node asks, in which order, and what became of each attempt.

-- Rows with node_id NULL are every node's. A key is named, never written here: ROBBIEBLOCKS_KEY_<name>
-- in the environment of the chat server.
CREATE TABLE IF NOT EXISTS ai_model_chain (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    node_id                varchar(100),
    purpose                varchar(20) NOT NULL DEFAULT 'chat',
    chain_order            integer NOT NULL DEFAULT 1,
    name                   varchar(100) NOT NULL,
    provider               varchar(20) NOT NULL,
    base_url               text NOT NULL,
    model                  text NOT NULL,
    key_name               varchar(100),
    connect_timeout_ms     integer NOT NULL DEFAULT 2000,
    first_token_timeout_ms integer NOT NULL DEFAULT 15000,
    stall_timeout_ms       integer NOT NULL DEFAULT 10000,
    maximum_output_tokens  integer NOT NULL DEFAULT 1024,
    context_tokens         integer NOT NULL DEFAULT 8192,
    is_enabled             boolean NOT NULL DEFAULT true,
    metadata               jsonb NOT NULL DEFAULT '{}',
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ai_model_chain_node_id_purpose_chain_order_key
        UNIQUE NULLS NOT DISTINCT (node_id, purpose, chain_order),
    CONSTRAINT ai_model_chain_purpose_check CHECK (purpose IN ('chat', 'embedding')),
    CONSTRAINT ai_model_chain_provider_check
        CHECK (provider IN ('ollama', 'openai', 'anthropic')),
    CONSTRAINT ai_model_chain_base_url_check CHECK (base_url ~ '^https?://[^[:space:]]+$'),
    CONSTRAINT ai_model_chain_key_name_check CHECK (key_name ~ '^[A-Z0-9_]+$'),
    CONSTRAINT ai_model_chain_limits_check CHECK (
        connect_timeout_ms BETWEEN 1 AND 600000 AND first_token_timeout_ms BETWEEN 1 AND 600000
        AND stall_timeout_ms BETWEEN 1 AND 600000
        AND maximum_output_tokens BETWEEN 1 AND 1000000
        AND context_tokens BETWEEN 1 AND 10000000)
);

CREATE OR REPLACE TRIGGER ai_model_chain_updated_at
    BEFORE UPDATE ON ai_model_chain FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION robbieblocks_touch_updated_at();
CREATE OR REPLACE TRIGGER ai_model_chain_audit
    AFTER INSERT OR UPDATE OR DELETE ON ai_model_chain FOR EACH ROW
    EXECUTE FUNCTION robbieblocks_audit();

-- One row for each attempt to have a model answer; it says nothing about who asked or what.
CREATE TABLE IF NOT EXISTS ai_model_usage (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    node_id        varchar(100) NOT NULL,
    purpose        varchar(20) NOT NULL DEFAULT 'chat',
    name           varchar(100) NOT NULL,
    provider       varchar(20) NOT NULL,
    model          text NOT NULL,
    outcome        varchar(50) NOT NULL,
    first_token_ms double precision,
    total_ms       double precision NOT NULL,
    input_tokens   integer,
    output_tokens  integer,
    created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS ai_model_usage_created_at_idx
    ON ai_model_usage USING brin (created_at);

COMMENT ON TABLE ai_model_chain IS 'The language models of a node, in the order in which they are asked; node_id NULL is every node.';
COMMENT ON COLUMN ai_model_chain.purpose IS 'chat or embedding.';
COMMENT ON COLUMN ai_model_chain.provider IS 'ollama, openai (any server with that API) or anthropic.';
COMMENT ON COLUMN ai_model_chain.key_name IS 'The key is in the environment variable ROBBIEBLOCKS_KEY_<key_name>.';
COMMENT ON TABLE ai_model_usage IS 'What each attempt to have a model answer took and gave.';
