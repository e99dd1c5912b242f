-- Functions that run with their owner's rights: who may call them, and where they look names up.
--
-- A trigger function that anyone may execute can be attached to anyone's temporary table, and the casts
-- of that table's columns then run with the rights of the function's owner. So EXECUTE is revoked from
-- PUBLIC; triggers that exist do not need it.

-- As in 0001-core.sql, without the name of a schema: tables may be in another one than public.
-- robbieblocks_guard_functions() fixes the search path.
CREATE OR REPLACE FUNCTION robbieblocks_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    -- SET robbieblocks.actor = 'name': an admin who shares a database user with others.
    actor_type text := 'visitor';
    actor_id text := pg_catalog.current_setting('robbieblocks.visitor', true);
BEGIN
    IF actor_id IS NULL OR actor_id OPERATOR(pg_catalog.=) '' THEN
        actor_type := 'admin';
        actor_id := pg_catalog.current_setting('robbieblocks.actor', true);
    END IF;
    IF actor_id IS NULL OR actor_id OPERATOR(pg_catalog.=) '' THEN
        actor_type := 'database';
        actor_id := session_user;
    END IF;
    IF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
        INSERT INTO audit_log (actor_type, actor_id, action, entity_type, entity_id)
        VALUES (actor_type, actor_id, 'delete', TG_TABLE_NAME, OLD.id);
    ELSE
        INSERT INTO audit_log (actor_type, actor_id, action, entity_type, entity_id)
        VALUES (actor_type, actor_id, pg_catalog.lower(TG_OP), TG_TABLE_NAME, NEW.id);
    END IF;
    RETURN NULL;
END
$$;

-- Takes EXECUTE on every function of ours with its owner's rights from PUBLIC, and gives each a fixed
-- search path that ends in pg_temp. So do those that admins call by hand, in any session.
--
-- Applying migrations calls it at the end, so that functions of later migrations are covered, too, and
-- so that the path follows when tables or pgvector were moved to another schema.
--
-- Returns what a superuser or the schema's owner has yet to do, or NULL.
CREATE OR REPLACE FUNCTION robbieblocks_guard_functions() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    own_schema CONSTANT name := (
        SELECT namespace.nspname FROM pg_class AS history
        JOIN pg_namespace AS namespace ON namespace.oid = history.relnamespace
        WHERE history.oid = to_regclass('robbieblocks_migrations'));
    -- Where our tables are, and pgvector.
    schemas name[];
    fixed_path text;
    entry record;
BEGIN
    SELECT array_agg(found.nspname ORDER BY found.place) INTO schemas FROM (
        SELECT namespace.nspname, min(list.place) AS place
        FROM (
            SELECT relnamespace, 2 AS place FROM pg_class
            WHERE oid IN (to_regclass('robbieblocks_pages'), to_regclass('messages'))
            UNION ALL SELECT extnamespace, 3 FROM pg_extension WHERE extname = 'vector'
        ) AS list
        JOIN pg_namespace AS namespace ON namespace.oid = list.relnamespace
        WHERE namespace.nspname NOT IN ('pg_catalog', own_schema)
        GROUP BY namespace.nspname
    ) AS found;
    schemas := own_schema || coalesce(schemas, '{}');
    SELECT string_agg(quote_ident(place), ', ' ORDER BY number) || ', pg_temp' INTO fixed_path
    FROM unnest(schemas) WITH ORDINALITY AS list (place, number);

    FOR entry IN
        SELECT routine.oid::regprocedure AS signature, wanted.path, routine.prosecdef,
            wanted.path = ANY (coalesce(routine.proconfig, '{}')) AS is_fixed,
            EXISTS (
                SELECT FROM aclexplode(
                    coalesce(routine.proacl, acldefault('f', routine.proowner))) AS acl
                WHERE acl.grantee = 0 AND acl.privilege_type = 'EXECUTE') AS is_public
        FROM pg_proc AS routine
        JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace,
            LATERAL (SELECT 'search_path='
                -- What makes tables and extensions makes them in the first schema.
                || CASE WHEN routine.prosecdef THEN 'pg_catalog, ' ELSE '' END
                || fixed_path AS path) AS wanted
        WHERE namespace.nspname = own_schema AND pg_has_role(routine.proowner, 'USAGE')
            AND (routine.prosecdef AND routine.proname LIKE 'robbieblocks\_%'
                OR routine.proname IN ('robbieblocks_grant_chat', 'robbieblocks_grant_search',
                    'robbieblocks_enable_vectors'))
    LOOP
        IF entry.prosecdef AND entry.is_public THEN
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', entry.signature);
        END IF;
        IF NOT entry.is_fixed THEN
            EXECUTE format('ALTER FUNCTION %s SET search_path = %s', entry.signature,
                substr(entry.path, length('search_path=') + 1));
        END IF;
    END LOOP;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'robbieblocks_chat') THEN
        FOR entry IN
            SELECT place FROM unnest(schemas) AS list (place)
            WHERE NOT has_schema_privilege('robbieblocks_chat', place, 'USAGE')
        LOOP
            BEGIN
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO robbieblocks_chat', entry.place);
            EXCEPTION WHEN insufficient_privilege THEN
                RETURN format('the chat may not use schema %1$I; its owner runs: '
                    'GRANT USAGE ON SCHEMA %1$I TO robbieblocks_chat', entry.place);
            END;
        END LOOP;
    END IF;
    -- Whoever may make functions there can have ours call them.
    RETURN (
        SELECT format('every role may create functions in schema %1$I, which run with your rights '
            'when yours are expected; the schema''s owner runs: '
            'REVOKE CREATE ON SCHEMA %1$I FROM PUBLIC', place)
        FROM unnest(schemas) AS list (place)
        WHERE has_schema_privilege('public', place, 'CREATE') LIMIT 1);
END
$$;
REVOKE ALL ON FUNCTION robbieblocks_guard_functions() FROM PUBLIC;

SELECT robbieblocks_guard_functions();
