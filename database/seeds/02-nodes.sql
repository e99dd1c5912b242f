-- The shipped nodes. An existing node keeps its branding: an admin's edit always wins.
--
-- style_overrides holds what branding/<node>/tokens.json holds, so that admins see every value in SQL.

INSERT INTO robbieblocks_node_branding
    (node_id, node_name, style_overrides, enabled_apps, custom_css, metadata)
VALUES
(
    'testpilot',
    'TestPilot CPG',
    '{
        "theme": "professional",
        "color.primary": "#FF6B35",
        "color.secondary": "#1F6F78"
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
        "color.secondary": "#22D3EE",
        "font.heading": "\"Press Start 2P\", \"DotGothic16\", ui-monospace, Menlo, Consolas, monospace",
        "font.size.xl": "1.25rem",
        "font.size.2xl": "2rem",
        "font.size.3xl": "2.25rem"
    }',
    '{play,code}',
    $css$
/* A pixel look: square corners, hard shadows, capitals for what is set in the heading font. */
:root {
  --radius-sm: 0;
  --radius-md: 0;
  --radius-lg: 0;
  --radius-pill: 0;
  --heading-case: uppercase;
  --heading-leading: 1.4;
  --heading-tracking: 0.05em;
  --heading-weight: 400;
  --button-fill: color-mix(in srgb, var(--color-primary) 82%, #000);
  --button-ink: #fff;
  --title-size: clamp(1.5rem, 1.1rem + 1.6vw, 2rem);
  --display-size: clamp(2rem, 1.4rem + 3vw, 3.5rem);
}

/* The face is drawn on a grid of sixteen dots: at such sizes its dots are even. */
.hero__title,
.prose > h1 {
  line-height: 1.3;
}

.prose > h2,
.section-head__title,
.high-score-table caption {
  color: var(--color-link);
}

.feature-grid__title,
.step-list__title {
  font-size: 1.25rem;
}

.hero__title,
.prose > h1 {
  text-shadow: 0.06em 0.06em 0 color-mix(in srgb, var(--color-primary) 80%, transparent);
}

.button {
  box-shadow: 4px 4px 0 color-mix(in srgb, var(--color-primary) 45%, var(--color-background));
}

.button:active {
  box-shadow: none;
  transform: translate(4px, 4px);
}

.button--ghost {
  box-shadow: none;
}

.hero {
  background:
    linear-gradient(var(--tint) 1px, transparent 1px) 0 0 / 2rem 2rem,
    linear-gradient(90deg, var(--tint) 1px, transparent 1px) 0 0 / 2rem 2rem,
    radial-gradient(46rem 30rem at 80% -10%, var(--tint-strong), transparent 72%);
}

.hero__aside,
.pricing-calculator__panel {
  border-width: 2px;
  box-shadow: 8px 8px 0 var(--tint-strong);
}

.feature-grid__item:has(a):hover {
  box-shadow: 4px 4px 0 var(--tint-strong);
}

/* The pixel faces are drawn one dot wide: a little more ink reads better at these sizes. */
h1,
h2,
h3,
.high-score-table caption,
.site-header__brand,
.site-footer__home {
  -webkit-text-stroke: 0.03em currentColor;
}

::selection {
  background: var(--color-secondary);
  color: var(--color-on-secondary);
}
$css$,
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
        "color.secondary": "#14B8A6",
        "font.heading": "Montserrat, \"Manrope\", \"Avenir Next\", \"Segoe UI\", system-ui, sans-serif"
    }',
    '{work,code}',
    $css$
h1, h2 { letter-spacing: -0.01em; }

/* White on a deeper blue: black on the brand's own looks switched off. */
:root {
  --button-fill: color-mix(in srgb, var(--color-primary) 82%, #000);
  --button-ink: #fff;
}
$css$,
    '{
        "tagline": "The desk where the work on every study comes together.",
        "base_url": "https://aurora-town.example"
    }'
)
ON CONFLICT (node_id) DO NOTHING;
