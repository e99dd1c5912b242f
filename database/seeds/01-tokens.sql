-- The shipped design tokens. An existing token keeps its value: an admin's edit always wins.

INSERT INTO robbieblocks_style_tokens (token_key, token_category, default_value, description) VALUES
    ('color.primary',    'color', '#8B5CF6', 'Brand colour: buttons, active states, links (shifted where contrast asks for it)'),
    ('color.secondary',  'color', '#EC4899', 'Second brand colour: highlights and accents'),
    ('color.background', 'color', '#0F172A', 'The page itself'),
    ('color.surface',    'color', '#1E293B', 'Cards, header, footer and anything that sits on the page'),
    ('color.text',       'color', '#F1F5F9', 'Body text and headings'),
    ('color.text-muted', 'color', '#94A3B8', 'Captions, labels and secondary text'),
    ('color.success',    'color', '#10B981', 'Good news: a claim that passed, a figure that rose'),
    ('color.warning',    'color', '#F59E0B', 'Something to look at'),
    ('color.error',      'color', '#EF4444', 'Something that failed'),

    ('font.heading', 'font', 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', 'Headings'),
    ('font.body',    'font', 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', 'Running text'),
    ('font.mono',    'font', 'ui-monospace, "SF Mono", Menlo, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace', 'Code and figures in columns'),

    ('font.size.xs',   'font', '0.75rem',  'Fine print and badges'),
    ('font.size.sm',   'font', '0.875rem', 'Captions, labels, table cells'),
    ('font.size.base', 'font', '1rem',     'Running text'),
    ('font.size.lg',   'font', '1.125rem', 'Lead paragraphs'),
    ('font.size.xl',   'font', '1.375rem', 'Third-level headings and card titles'),
    ('font.size.2xl',  'font', '1.875rem', 'Second-level headings'),
    ('font.size.3xl',  'font', '2.75rem',  'Page titles'),

    ('spacing.xs',  'spacing', '0.25rem', 'Between an icon and its label'),
    ('spacing.sm',  'spacing', '0.5rem',  'Inside badges and between list items'),
    ('spacing.md',  'spacing', '1rem',    'Between paragraphs, inside cards'),
    ('spacing.lg',  'spacing', '1.5rem',  'Between cards'),
    ('spacing.xl',  'spacing', '2.5rem',  'Between blocks'),
    ('spacing.2xl', 'spacing', '4rem',    'Between sections of a page'),

    ('shadow.sm', 'shadow', '0 1px 2px rgba(15, 23, 42, 0.12)',    'Resting buttons and inputs'),
    ('shadow.md', 'shadow', '0 4px 12px rgba(15, 23, 42, 0.14)',   'Cards'),
    ('shadow.lg', 'shadow', '0 12px 28px rgba(15, 23, 42, 0.18)',  'Raised cards and menus'),
    ('shadow.xl', 'shadow', '0 24px 56px rgba(15, 23, 42, 0.24)',  'Overlays'),

    ('animation.fast',   'animation', '150ms', 'Hover and focus'),
    ('animation.normal', 'animation', '250ms', 'Panels opening and closing'),
    ('animation.slow',   'animation', '450ms', 'Charts drawing themselves'),
    ('animation.ease',   'animation', 'cubic-bezier(0.4, 0, 0.2, 1)', 'The timing function of every transition')
ON CONFLICT (token_key) DO NOTHING;
