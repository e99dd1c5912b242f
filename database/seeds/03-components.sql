-- The component library. Code, styles and props schema stay NULL: the build reads them from
-- templates/components/<component_key>. To change one for every node, edit that file; to change it
-- from SQL, set the column, which then wins.

INSERT INTO robbieblocks_components (component_key, component_name, component_type, is_published) VALUES
    ('site-header',        'Site header',        'navigation', true),
    ('site-footer',        'Site footer',        'navigation', true),
    ('side-nav',           'Side navigation',    'navigation', true),
    ('breadcrumbs',        'Breadcrumbs',        'navigation', true),
    ('page-outline',       'Page outline',       'navigation', true),
    ('page-turner',        'Page turner',        'navigation', true),
    ('code-copy',          'Copy buttons',       'widget',     true),
    ('page-list',          'Page list',          'navigation', true),
    ('theme-switch',       'Theme switch',       'widget',     true),
    ('announcement',       'Announcement',       'ui',         true),
    ('robbie-bar',         'Robbie bar',         'widget',     true),
    ('mood-indicator',     'Mood indicator',     'widget',     true),
    ('chat-interface',     'Chat',               'widget',     true),
    ('hero',               'Hero',               'layout',     true),
    ('feature-grid',       'Feature grid',       'layout',     true),
    ('bento-grid',         'Bento grid',         'layout',     true),
    ('split-section',      'Split section',      'layout',     true),
    ('picture-band',       'Picture band',       'layout',     true),
    ('timeline',           'Timeline',           'layout',     true),
    ('comparison',         'Comparison',         'layout',     true),
    ('picture',            'Picture',            'ui',         true),
    ('stats-band',         'Stats band',         'layout',     true),
    ('logo-strip',         'Logo strip',         'layout',     true),
    ('call-to-action',     'Call to action',     'layout',     true),
    ('testimonial',        'Testimonial',        'ui',         true),
    ('faq',                'Questions',          'ui',         true),
    ('contact-form',       'Contact form',       'ui',         true),
    ('step-list',          'Step list',          'ui',         true),
    ('tabs',               'Tabs',               'ui',         true),
    ('data-table',         'Data table',         'ui',         true),
    ('kpi-cards',          'Key figures',        'feature',    true),
    ('revenue-chart',      'Revenue chart',      'feature',    true),
    ('pricing-calculator', 'Pricing calculator', 'feature',    true)
ON CONFLICT (component_key) DO NOTHING;

-- No code at all: a block of this component marks where the page's Markdown goes.
INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, metadata)
VALUES
    ('page-content', 'Page content', 'layout', true,
     '{"note": "Marks where the Markdown of the page stands among its blocks."}')
ON CONFLICT (component_key) DO NOTHING;
