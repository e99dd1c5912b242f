-- The shipped nodes. An existing node keeps its branding: an admin's edit always wins.

INSERT INTO robbieblocks_node_branding
    (node_id, node_name, style_overrides, enabled_apps, custom_css, metadata)
VALUES
(
    'testpilot',
    'TestPilot CPG',
    '{
        "theme": "professional",
        "color.primary": "#FF6B35",
        "color.secondary": "#0F5C8C"
    }',
    '{shared,marketing,work,play,code}',
    '::selection { background: var(--color-primary); color: var(--color-on-primary); }',
    '{
        "tagline": "Test packaging and claims with real shoppers before you print a million of them.",
        "base_url": "https://testpilot.example"
    }'
),
(
    'vengeance-local',
    'Vengeance',
    '{
        "theme": "dark",
        "color.primary": "#8B5CF6",
        "font.heading": "\"Press Start 2P\", \"Courier New\", ui-monospace, monospace",
        "font.size.xl": "1.125rem",
        "font.size.2xl": "1.375rem",
        "font.size.3xl": "1.75rem"
    }',
    '{play,code}',
    'h1, h2, h3 { line-height: 1.5; }
::selection { background: var(--color-secondary); color: var(--color-on-secondary); }',
    '{
        "tagline": "Where the shelf is a level and the shopper is the final boss.",
        "base_url": "https://vengeance.example"
    }'
),
(
    'aurora-town-local',
    'Aurora Town',
    '{
        "theme": "light",
        "color.primary": "#3B82F6",
        "font.heading": "Montserrat, \"Avenir Next\", \"Segoe UI\", system-ui, sans-serif"
    }',
    '{work,code}',
    'h1, h2 { letter-spacing: -0.01em; }',
    '{
        "tagline": "The desk where the work on every study comes together.",
        "base_url": "https://aurora-town.example"
    }'
)
ON CONFLICT (node_id) DO NOTHING;
