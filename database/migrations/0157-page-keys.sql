-- A page that is inserted without a key gets one that follows from its route: '/work/pipeline/' gives
-- 'work-pipeline', '/' gives 'home'.
CREATE OR REPLACE FUNCTION robbieblocks_default_page_key() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.page_key := CASE trim(both '/' FROM NEW.page_route)
        WHEN '' THEN 'home'
        ELSE replace(trim(both '/' FROM NEW.page_route), '/', '-') END;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER robbieblocks_pages_page_key
    BEFORE INSERT ON robbieblocks_pages FOR EACH ROW
    WHEN (NEW.page_key IS NULL) EXECUTE FUNCTION robbieblocks_default_page_key();

COMMENT ON COLUMN robbieblocks_pages.page_key IS 'Names the page in SQL and in errors; one that is not given follows from the route.';
