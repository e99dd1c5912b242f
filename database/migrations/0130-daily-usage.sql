-- What programs use of a node's models in a day, and what that costs.

-- For a million tokens, in the currency that `--limit api-cost-per-day` is in.
ALTER TABLE ai_model_chain
    ADD COLUMN IF NOT EXISTS input_price numeric(12, 4) NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS output_price numeric(12, 4) NOT NULL DEFAULT 0;
ALTER TABLE ai_model_chain DROP CONSTRAINT IF EXISTS ai_model_chain_prices_check;
ALTER TABLE ai_model_chain ADD CONSTRAINT ai_model_chain_prices_check
    CHECK (input_price BETWEEN 0 AND 10000000 AND output_price BETWEEN 0 AND 10000000);

-- One row for each node and day of UTC. All chat processes count in it, so that a restart or a second
-- process grants nobody more.
CREATE TABLE IF NOT EXISTS ai_daily_usage (
    node_id     varchar(100) NOT NULL,
    day         date NOT NULL,
    requests    bigint NOT NULL DEFAULT 0,
    tokens      bigint NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (node_id, day)
);

INSERT INTO robbieblocks_chat_grants (object, privileges) VALUES
    ('ai_daily_usage', 'SELECT, INSERT, UPDATE (requests, tokens, cost_micros)')
ON CONFLICT (object) DO UPDATE SET privileges = EXCLUDED.privileges;
SELECT robbieblocks_grant_chat();

COMMENT ON COLUMN ai_model_chain.input_price IS 'Of a million tokens of questions, in your currency; 0 for a model that costs nothing.';
COMMENT ON COLUMN ai_model_chain.output_price IS 'Of a million tokens of answers, in your currency.';
COMMENT ON TABLE ai_daily_usage IS 'What programs took of a node''s models on a day of UTC, through /v1.';
COMMENT ON COLUMN ai_daily_usage.cost_micros IS 'In millionths of the currency that prices are in.';
