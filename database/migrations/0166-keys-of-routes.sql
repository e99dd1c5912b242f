-- A page that is inserted without a key, with the route of another page, gets that page's key, whatever
-- that is: a statement with ON CONFLICT (page_key) then finds it. Before, that held only when the key
-- followed from the route. Two pages may share a route when no node builds both.

-- For a table of many pages that are inserted without keys.
CREATE INDEX IF NOT EXISTS robbieblocks_pages_plain_route_idx
    ON robbieblocks_pages (lower(trim(both '/' FROM page_route)));

CREATE OR REPLACE FUNCTION robbieblocks_default_page_key() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    plain text := trim(both '/' FROM NEW.page_route);
    -- Room for a number: the column takes 255 characters.
    stem text := CASE plain WHEN '' THEN 'home' ELSE left(replace(plain, '/', '-'), 245) END;
    number integer := 1;
    other text;
BEGIN
    SELECT page_key, page_route INTO NEW.page_key, other FROM robbieblocks_pages AS page
    WHERE lower(trim(both '/' FROM page_route)) = lower(plain)
        AND status IS DISTINCT FROM 'archived'
        AND (app_namespace = NEW.app_namespace
            OR 'shared' IN (app_namespace, NEW.app_namespace)
            OR EXISTS (
                SELECT FROM robbieblocks_node_branding
                WHERE page.app_namespace = ANY (enabled_apps)
                    AND NEW.app_namespace = ANY (enabled_apps)))
    ORDER BY page_key <> stem, page_key LIMIT 1;
    IF FOUND THEN
        RAISE NOTICE 'the page ''%'' has the route % already', NEW.page_key, other
            USING HINT = 'Edit that page, or give the new one a page_key of its own.';
        RETURN NEW;
    END IF;
    LOOP
        NEW.page_key := CASE number WHEN 1 THEN stem ELSE stem || '-' || number END;
        SELECT page_route INTO other FROM robbieblocks_pages WHERE page_key = NEW.page_key;
        EXIT WHEN NOT FOUND;
        IF lower(trim(both '/' FROM other)) = lower(plain) THEN
            RAISE NOTICE 'the page ''%'' has the route % already', NEW.page_key, other
                USING HINT = 'Edit that page, or give the new one a page_key of its own.';
            EXIT;
        END IF;
        number := number + 1;
    END LOOP;
    RETURN NEW;
END
$$;
