-- Whether a model's answers begin with its thoughts, without a mark that opens them.

ALTER TABLE ai_model_chain ADD COLUMN IF NOT EXISTS begins_with_thoughts boolean;

COMMENT ON COLUMN ai_model_chain.begins_with_thoughts IS 'Whether answers begin with thoughts up to </think>, without the <think> that opens them, because the server''s chat template has it. NULL goes by the name of the model and by its earlier answers.';
