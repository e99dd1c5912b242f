-- Pages that the chat leaves out use up none of the candidates of a search.

-- Passages of a node whose pages have weight 0; none is read for a node without such a weight.
CREATE OR REPLACE FUNCTION robbieblocks_left_out_passages(node text)
RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT p.id FROM documents AS d JOIN document_passages AS p ON p.document_id = d.id
        WHERE d.node_id = node AND EXISTS (
                SELECT FROM document_weights AS w
                WHERE w.weight = 0 AND (w.node_id IS NULL OR w.node_id = node))
            AND robbieblocks_document_weight(node, d.route) = 0)
$$;

CREATE OR REPLACE FUNCTION robbieblocks_candidate_passages(
    node text, words text[], most integer DEFAULT 120)
RETURNS TABLE (passage_id uuid, counts integer[])
LANGUAGE sql STABLE AS $$
    WITH words AS MATERIALIZED (
        SELECT w.query::tsquery AS query, w.number
        FROM unnest(words) WITH ORDINALITY AS w (query, number)
    ), hits AS MATERIALIZED (
        SELECT words.number, p.id, ts_rank('{0.55, 0.7, 0.8, 1}', p.search, words.query) AS rank
        FROM words JOIN document_passages AS p ON p.node_id = node AND p.search @@ words.query
    ), pages AS (
        SELECT words.number, p.id, 0.2 AS rank
        FROM words JOIN documents AS d ON d.node_id = node AND d.search @@ words.query
        JOIN document_passages AS p ON p.document_id = d.id AND p.ordinal < 8
    ), found AS (
        SELECT hits.number, hits.id, hits.rank FROM hits
        UNION ALL SELECT pages.number, pages.id, pages.rank FROM pages
    ), counted AS (
        SELECT words.number, count(DISTINCT found.id)::integer AS count
        FROM words LEFT JOIN found USING (number) GROUP BY words.number
    ), scored AS (
        SELECT found.id, sum(found.rank / sqrt(1 + counted.count)) AS score
        FROM found JOIN counted USING (number)
        WHERE found.id NOT IN (SELECT unnest(robbieblocks_left_out_passages(node)))
        GROUP BY found.id
        ORDER BY 2 DESC, 1 LIMIT least(most, 500)
    )
    SELECT scored.id, (SELECT array_agg(counted.count ORDER BY counted.number) FROM counted)
    FROM scored
$$;

CREATE OR REPLACE FUNCTION robbieblocks_nearest_passages(
    node text, question text, question_model text, question_dimensions integer,
    most integer DEFAULT 40)
RETURNS TABLE (passage_id uuid, similarity double precision)
LANGUAGE plpgsql AS $$
DECLARE
    own integer;
BEGIN
    IF robbieblocks_vector_support() = 'none' THEN
        RETURN;
    END IF;
    SELECT count(*) INTO own FROM (
        SELECT 1 FROM passage_embeddings AS e
        WHERE e.node_id = node AND e.model = question_model AND e.dimensions = question_dimensions
        LIMIT 2001) AS few;
    PERFORM robbieblocks_begin_vector_search(own <= 2000);
    RETURN QUERY EXECUTE robbieblocks_nearest_query(
        'passage_embeddings', 'e.passage_id', 'e.node_id = $2 AND e.passage_id <> ALL ($5)',
        question_dimensions, own <= 2000)
        USING question, node, question_model, least(most, 200),
            robbieblocks_left_out_passages(node);
    PERFORM set_config('enable_sort', 'on', true);
END
$$;
