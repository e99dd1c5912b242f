-- A row for embeddings need not name its model.

CREATE OR REPLACE FUNCTION robbieblocks_name_embedding_model() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.model := 'nomic-embed-text';
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER ai_model_chain_embedding_model
    BEFORE INSERT OR UPDATE ON ai_model_chain FOR EACH ROW
    WHEN (NEW.purpose = 'embedding' AND NEW.model IS NULL)
    EXECUTE FUNCTION robbieblocks_name_embedding_model();

COMMENT ON COLUMN ai_model_chain.model IS 'As the provider calls it; left out for purpose embedding, it is nomic-embed-text.';
