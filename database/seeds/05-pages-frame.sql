-- What every page of the starter site has: Robbie's bar, header, theme switch, footer.
--
-- A row for a node goes before the one for all nodes. A page that places one of these components itself,
-- in the same zone, keeps its own.
--
-- A row is active when no page would show it that does not show such a block already: in a new database,
-- and where every page has copies of it, as starter pages had before there was a frame. Elsewhere it
-- changes nothing until it is switched on:
-- UPDATE robbieblocks_frame_blocks SET is_active = true WHERE frame_key = …

WITH frame (frame_key, node_id, app_namespace, component_key, block_order, zone, props) AS (
    VALUES
    -- Robbie's bar
    ('bar-testpilot', 'testpilot', NULL, 'robbie-bar', 1, 'header', $json${
        "greeting": "Robbie here. Ask me what a shelf test can tell you.",
        "mood": "focused",
        "href": "/how-it-works/",
        "label": "Show me",
        "chat": "/chat/"
    }$json$),
    ('bar-vengeance', 'vengeance-local', NULL, 'robbie-bar', 2, 'header', $json${
        "greeting": "Player one ready?",
        "mood": "excited",
        "href": "/play/",
        "label": "To the games",
        "chat": "/chat/"
    }$json$),
    ('bar-aurora', 'aurora-town-local', NULL, 'robbie-bar', 3, 'header', $json${
        "greeting": "Good to see you. Two reports are waiting for a second reader.",
        "mood": "professional",
        "href": "/work/reports/",
        "label": "Read one",
        "chat": "/chat/"
    }$json$),
    ('bar', NULL, NULL, 'robbie-bar', 4, 'header', '{"chat": "/chat/"}'),

    -- Header
    ('header-testpilot', 'testpilot', NULL, 'site-header', 10, 'header',
     '{"cta": {"label": "Book a test", "href": "/contact/"}, "apps": ["marketing", "code", "shared"]}'),
    ('header', NULL, NULL, 'site-header', 11, 'header', '{}'),
    ('theme-switch', NULL, NULL, 'theme-switch', 20, 'header', '{}'),

    -- Footer
    ('footer-testpilot', 'testpilot', NULL, 'site-footer', 910, 'footer', $json${
        "columns": [
            {"title": "Tests", "links": [
                {"label": "How it works", "href": "/how-it-works/"},
                {"label": "Packaging tests", "href": "/packaging-tests/"},
                {"label": "Claims tests", "href": "/claims-tests/"},
                {"label": "Pricing", "href": "/pricing/"}]},
            {"title": "Company", "links": [
                {"label": "About", "href": "/about/"},
                {"label": "Customers", "href": "/customers/"},
                {"label": "Shopper panel", "href": "/shopper-panel/"},
                {"label": "Contact", "href": "/contact/"}]},
            {"title": "Inside", "links": [
                {"label": "Workbench", "href": "/work/dashboard/"},
                {"label": "Play", "href": "/play/"},
                {"label": "Documentation", "href": "/code/"}]},
            {"title": "Small print", "links": [
                {"label": "Privacy", "href": "/privacy/"},
                {"label": "Accessibility", "href": "/accessibility/"},
                {"label": "Style guide", "href": "/style-guide/"}]}],
        "note": "TestPilot CPG. Shelf tests since 2019, from Minneapolis and Leeds. The company is a sample: its customers, people and figures are invented."
    }$json$),
    ('footer-vengeance', 'vengeance-local', NULL, 'site-footer', 911, 'footer', $json${
        "columns": [
            {"title": "Arcade", "links": [
                {"label": "All games", "href": "/play/"},
                {"label": "Shelf game", "href": "/play/shelf-game/"},
                {"label": "Mood lab", "href": "/play/mood-lab/"},
                {"label": "High scores", "href": "/play/high-scores/"}]},
            {"title": "Build", "links": [
                {"label": "Documentation", "href": "/code/"},
                {"label": "Themes", "href": "/code/themes/"}]},
            {"title": "Small print", "links": [
                {"label": "Privacy", "href": "/privacy/"},
                {"label": "Accessibility", "href": "/accessibility/"},
                {"label": "Style guide", "href": "/style-guide/"}]}],
        "note": "Vengeance, the games room of TestPilot CPG."
    }$json$),
    ('footer-aurora', 'aurora-town-local', NULL, 'site-footer', 912, 'footer', $json${
        "columns": [
            {"title": "Workbench", "links": [
                {"label": "Dashboard", "href": "/work/dashboard/"},
                {"label": "Pipeline", "href": "/work/pipeline/"},
                {"label": "Contacts", "href": "/work/contacts/"},
                {"label": "Reports", "href": "/work/reports/"}]},
            {"title": "Build", "links": [
                {"label": "Documentation", "href": "/code/"},
                {"label": "SQL guide", "href": "/code/sql-guide/"}]},
            {"title": "Small print", "links": [
                {"label": "Privacy", "href": "/privacy/"},
                {"label": "Accessibility", "href": "/accessibility/"},
                {"label": "Style guide", "href": "/style-guide/"}]}],
        "note": "Aurora Town, where TestPilot CPG gets its work done. A demo workspace: its customers, people and figures are invented."
    }$json$),
    ('footer', NULL, NULL, 'site-footer', 913, 'footer', $json${
        "columns": [
            {"title": "Small print", "links": [
                {"label": "Privacy", "href": "/privacy/"},
                {"label": "Accessibility", "href": "/accessibility/"},
                {"label": "Style guide", "href": "/style-guide/"}]}],
        "note": "A site of TestPilot CPG."
    }$json$),

    -- The documentation: what is on the page, copy buttons, previous and next
    ('outline-code', NULL, 'code', 'page-outline', 200, 'sidebar', '{}'),
    ('copy-code', NULL, 'code', 'code-copy', 970, 'main', '{}'),
    ('turner-code', NULL, 'code', 'page-turner', 980, 'main', '{}')
)
INSERT INTO robbieblocks_frame_blocks
    (frame_key, node_id, app_namespace, component_id, block_order, zone, props, is_active)
SELECT frame.frame_key, frame.node_id, frame.app_namespace, component.id, frame.block_order, frame.zone,
       frame.props::jsonb,
       NOT EXISTS (
            SELECT FROM robbieblocks_pages AS page
            WHERE page.app_namespace = coalesce(frame.app_namespace, page.app_namespace)
              AND NOT EXISTS (
                SELECT FROM robbieblocks_page_blocks AS own
                WHERE own.page_id = page.id AND own.component_id = component.id
                  AND own.zone = frame.zone))
FROM frame
JOIN robbieblocks_components AS component USING (component_key)
ON CONFLICT (frame_key) DO NOTHING;
