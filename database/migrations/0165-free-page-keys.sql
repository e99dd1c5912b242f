-- The key that follows from a route is free: '/work-y/' beside '/work/y/', whose key is 'work-y', gets
-- 'work-y-2'. A page whose route another page has gets that page's key, so that a statement with ON
-- CONFLICT (page_key) finds it; the notice says why a statement without one fails.
CREATE OR REPLACE FUNCTION robbieblocks_default_page_key() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    plain text := trim(both '/' FROM NEW.page_route);
    stem text := CASE plain WHEN '' THEN 'home' ELSE replace(plain, '/', '-') END;
    number integer := 1;
    other text;
BEGIN
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
