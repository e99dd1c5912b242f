"""Measures the search over 100,000 messages: its time, and its share of the exact result.

Run it with `bench/run --search`; see bench/README.md for what is measured and how.

The statements are those of GET /api/memory/search, run one after the other by psql as the role of the
chat server, on a separate PostgreSQL. There are three data sets: one visitor has written everything; a
thousand visitors have written a hundred messages each; one has written half, and five hundred the rest.

Vectors and words are generated, the same ones in every run. A vector is the sum of a subject, a narrower
subject and noise, because vectors of real texts form groups within groups; it has 768 numbers, like
those of nomic-embed-text.
"""

import glob
import os
import re
import statistics
import subprocess
import time

import measure
from report import percentile, say, verdict

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATABASE = "bench_search"
MESSAGES, QUERIES = 100_000, 200
DIMENSIONS = 768
MODEL = "bench/768"
P95_TARGET = 20  # milliseconds, and
RECALL_TARGET = 0.95  # of the ten nearest.
# The data sets: the number of visitors, and which of them wrote message n.
WORLDS = (
    ("one visitor has all", 1, "0"),
    ("a thousand visitors", 1000, "n % 1000"),
    ("one has half of all", 501, "CASE WHEN n % 2 = 0 THEN 0 ELSE 1 + n / 2 % 500 END"),
)

# Fixed seed: every run has the same rows. Pools of vectors are drawn once and added up, since a
# hundred thousand vectors drawn one by one would take minutes.
POOLS = """
SET max_parallel_workers_per_gather = 0;
SELECT setseed(0.42);
CREATE TABLE bench_pool AS
SELECT k.kind, n AS number, (
    SELECT array_agg((random() + random() + random() - 1.5) * k.scale + 0 * d)::vector
    FROM generate_series(1, {dimensions}) AS d WHERE n IS NOT NULL) AS v
FROM (VALUES ('subject', 300, 1.0), ('matter', 4000, 0.8), ('noise', 6000, 0.7))
    AS k (kind, count, scale), LATERAL generate_series(0, k.count - 1) AS n;
CREATE UNIQUE INDEX ON bench_pool (kind, number);
CREATE FUNCTION bench_draw(n bigint, what text, count integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT (hashtextextended(what || n, 7) & 1073741823)::integer % count $$;
CREATE FUNCTION bench_vector(n bigint, what text) RETURNS vector LANGUAGE sql STABLE AS $$
    SELECT l2_normalize(s.v + m.v + e.v) FROM bench_pool AS s, bench_pool AS m, bench_pool AS e
    WHERE s.kind = 'subject' AND s.number = bench_draw(bench_draw(n, 'matter', 4000), 'of', 300)
        AND m.kind = 'matter' AND m.number = bench_draw(n, 'matter', 4000)
        AND e.kind = 'noise' AND e.number = bench_draw(n, what, 6000) $$;
-- A word is drawn so that a few are in most messages and most are in a few.
CREATE FUNCTION bench_words(n bigint, count integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg('w' || translate(
        floor(8000 * power(bench_draw(n * 40 + i, 'word', 1000000) / 1e6, 2))::text,
        '0123456789', 'bdfgklmnpr'), ' ')
    FROM generate_series(1, count) AS i $$;
"""

ROWS = """
SET max_parallel_workers_per_gather = 0;
TRUNCATE sessions, conversations, messages CASCADE;
ALTER TABLE messages DISABLE TRIGGER USER;
ALTER TABLE conversations DISABLE TRIGGER USER;
ALTER TABLE sessions DISABLE TRIGGER USER;
DROP INDEX IF EXISTS message_embeddings_{dimensions}_idx;
INSERT INTO sessions (id, node_id) SELECT md5('visitor' || v)::uuid, 'bench'
FROM generate_series(0, {visitors} - 1) AS v;
INSERT INTO conversations (id, session_id, node_id)
SELECT md5('conversation' || v)::uuid, md5('visitor' || v)::uuid, 'bench'
FROM generate_series(0, {visitors} - 1) AS v;
INSERT INTO messages (id, conversation_id, session_id, node_id, position, role, content, created_at)
SELECT md5('message' || n)::uuid, md5('conversation' || ({writer}))::uuid,
    md5('visitor' || ({writer}))::uuid, 'bench', n, 'user',
    bench_words(n, 8 + bench_draw(n, 'length', 16)), now() - n * interval '1 second'
FROM generate_series(0, {messages} - 1) AS n;
INSERT INTO message_embeddings (message_id, visitor, node_id, role, model, dimensions, embedding)
SELECT md5('message' || n)::uuid, md5('visitor' || ({writer}))::uuid, 'bench', 'user', '{model}',
    {dimensions}, bench_vector(n, 'noise')
FROM generate_series(0, {messages} - 1) AS n;
ALTER TABLE messages ENABLE TRIGGER USER;
ALTER TABLE conversations ENABLE TRIGGER USER;
ALTER TABLE sessions ENABLE TRIGGER USER;
SET maintenance_work_mem = '1GB';
SELECT robbieblocks_index_vectors('message_embeddings', {dimensions});
VACUUM ANALYZE messages;
VACUUM ANALYZE message_embeddings;
"""

# Each question is near one of the visitor's own messages, in words and in meaning. The ten nearest
# are computed by comparing with every vector of the visitor.
QUESTIONS = """
SET max_parallel_workers_per_gather = 0;
DROP TABLE IF EXISTS bench_questions;
CREATE TABLE bench_questions AS
SELECT md5('visitor' || ({writer}))::uuid AS visitor, bench_vector(n, 'asked') AS vector,
    bench_words(n, 5) AS words
FROM (SELECT bench_draw(q, 'question', {messages})::bigint AS n
    FROM generate_series(1, {queries}) AS q) AS asked;
COPY (
    SELECT q.visitor, q.vector, q.words, (
        SELECT array_agg(nearest.id) FROM (
            SELECT e.message_id AS id FROM message_embeddings AS e WHERE e.visitor = q.visitor
            ORDER BY e.embedding <=> q.vector LIMIT 10) AS nearest)
    FROM bench_questions AS q
) TO STDOUT;
"""


def psql(server, *arguments, script=None):
    done = subprocess.run(
        [server.program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
         server.url(DATABASE), *arguments], input=script, capture_output=True, text=True,
        timeout=1800, check=False)
    if done.returncode != 0:
        raise measure.RunFailed(done.stderr[-2000:])
    return done.stdout


def ask(server, questions):
    """Returns each search's milliseconds, measured by the client, and the ids found."""
    script = ["SET ROLE robbieblocks_chat;", "SET jit = off;", "\\timing on"]
    for visitor, vector, words, _ in questions:
        script += [
            "BEGIN;",
            f"SELECT set_config('robbieblocks.visitor', '{visitor}', true) || '-begin';",
            f"""SELECT 'words', m.id, m.content
                FROM robbieblocks_search_messages('bench', '{words}', '{{user}}', 40) AS s
                JOIN messages AS m ON m.id = s.message_id;""",
            f"""SELECT 'near', m.id, m.content
                FROM robbieblocks_nearest_messages('bench', '{vector}', '{MODEL}', {DIMENSIONS},
                    '{{user}}', 40) WITH ORDINALITY AS s (message_id, similarity, place)
                JOIN messages AS m ON m.id = s.message_id ORDER BY s.place;""",
            "COMMIT;",
        ]
    times, found, parts = [], [], []
    for line in psql(server, script="\n".join(script)).splitlines():
        timing = re.match(r"Time: ([0-9.]+) ms", line)
        if line.endswith("-begin"):
            times.append(0)
            parts.append([])
            found.append(([], []))
        elif timing and times and len(parts[-1]) < 4:
            parts[-1].append(float(timing[1]))
            times[-1] += float(timing[1])
        elif line.startswith("words|"):
            found[-1][0].append(line.split("|")[1])
        elif line.startswith("near|"):
            found[-1][1].append(line.split("|")[1])
    return times, found, parts


def measure_data(server, visitors, writer, messages, queries):
    values = {"writer": writer, "visitors": visitors, "messages": messages, "queries": queries,
              "dimensions": DIMENSIONS, "model": MODEL}
    started = time.monotonic()
    psql(server, script=ROWS.format(**values))
    made = time.monotonic() - started
    lines = psql(server, script=QUESTIONS.format(**values))
    questions = [line.split("\t") for line in lines.splitlines()]
    ask(server, questions[:20])
    times, found, parts = ask(server, questions)
    recalls = []
    for (_, near), (_, _, _, exact) in zip(found, questions):
        wanted = exact.strip("{}").split(",")
        recalls.append(len(set(near[:10]) & set(wanted)) / len(wanted))
    return {
        "visitors": visitors, "messages": messages, "queries": len(times),
        "seconds_to_load": round(made, 1),
        "p50_ms": round(percentile(times, 0.5), 2), "p95_ms": round(percentile(times, 0.95), 2),
        "max_ms": round(max(times), 2), "recall_at_10": round(statistics.mean(recalls), 4),
        "words_p95_ms": round(percentile([part[1] for part in parts], 0.95), 2),
        "vectors_p95_ms": round(percentile([part[2] for part in parts], 0.95), 2),
        "found_by_words": round(statistics.mean(len(words) for words, _ in found), 1),
    }


def run(bench):
    """Measures all data sets. Returns the figures of each; times in milliseconds."""
    bench.start_server()
    server = bench.server
    server.psql("postgres", "-c", f"CREATE DATABASE {DATABASE}")
    for migration in sorted(glob.glob(os.path.join(ROOT, "database", "migrations", "*.sql"))):
        psql(server, "-1", "-f", migration)
    psql(server, script=POOLS.format(dimensions=DIMENSIONS))
    results = []
    for name, visitors, writer in WORLDS:
        say(f"search: {MESSAGES:,} messages, {name}")
        results.append({"data": name, **measure_data(server, visitors, writer, MESSAGES, QUERIES)})
    return results


def print_figures(results):
    """Prints the table; returns whether every target is met."""
    good = True
    print(f"\nsearch over {MESSAGES:,} messages, by words and by {DIMENSIONS} numbers of meaning, "
          f"{QUERIES} questions\n")
    print(f"{'':24}{'p50, ms':>10}{'p95, ms':>10}{'most, ms':>10}{'recall@10':>12}")
    for one in results:
        met = one["p95_ms"] <= P95_TARGET and one["recall_at_10"] >= RECALL_TARGET
        good = good and met
        print(f"{one['world']:24}{one['p50_ms']:>10.1f}{one['p95_ms']:>10.1f}{one['max_ms']:>10.1f}"
              f"{one['recall_at_10']:>12.4f}  (targets {P95_TARGET} ms and {RECALL_TARGET}: "
              f"{verdict(met)})")
    return good
