-- What ties published sites to the rows that they were made from.
--
-- A builder remembers the version of each row (xmin, the transaction that wrote it) and takes a row of
-- an equal version for unchanged. That holds only within one history: after a copy of the data folder
-- is put back, the same transaction numbers are given again, to other edits. So each release has a
-- random marker, which is in the site's ledger and here. A marker that the database does not have was
-- written after the moment it was put back to, and versions are not compared.

-- Which database this is, whatever server it is moved to: a dump that is restored keeps the id, another
-- database has another.
CREATE TABLE IF NOT EXISTS robbieblocks_database (
    is_only    boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO robbieblocks_database DEFAULT VALUES ON CONFLICT DO NOTHING;

-- The folders that a node is published into. One of them is its home: only a build into the home says
-- that edits are live, since another folder's visitors do not see them.
CREATE TABLE IF NOT EXISTS robbieblocks_folders (
    node_id    text NOT NULL,
    location   text NOT NULL,
    ledger     text,
    markers    text[] NOT NULL DEFAULT '{}',
    is_home    boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node_id, location)
);
CREATE UNIQUE INDEX IF NOT EXISTS robbieblocks_folders_home_idx
    ON robbieblocks_folders (node_id) WHERE is_home;

COMMENT ON TABLE robbieblocks_database IS 'One row, whose id tells this database from others; a restored dump keeps it.';
COMMENT ON TABLE robbieblocks_folders IS 'The folders that each node is published into; written by builders.';
COMMENT ON COLUMN robbieblocks_folders.location IS 'Machine and path of the folder, as host:/path.';
COMMENT ON COLUMN robbieblocks_folders.ledger IS 'The identity of the ledger in the folder.';
COMMENT ON COLUMN robbieblocks_folders.markers IS 'Of the newest release, and of the one that it was made from.';
COMMENT ON COLUMN robbieblocks_folders.is_home IS 'Whether builds into this folder acknowledge edits.';
