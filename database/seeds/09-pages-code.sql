-- The pages of app code, built by all three shipped nodes. They link to code and shared only.

WITH page AS (
    INSERT INTO robbieblocks_pages
        (page_key, app_namespace, page_name, page_route, layout_template, status, published_at,
         meta_title, meta_description, metadata, content)
    VALUES
    ('code', 'code', 'Documentation', '/code/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Documentation', 'This site is made of rows in PostgreSQL. How to change one, and see it.',
     '{"menu": "Docs", "menu_order": 80}',
$md$
# This site is made of rows

There is no editor and no upload. A page is a row in `robbieblocks_pages`; what stands on it are rows in
`robbieblocks_page_blocks`; how it looks comes from `robbieblocks_style_tokens` and
`robbieblocks_node_branding`. A build reads them all at one instant and writes plain files.

## One edit, start to finish

```sql
UPDATE robbieblocks_pages
SET content = content || E'\n\nWe are closed on the 24th.'
WHERE page_key = 'home';
```

```sh
robbieblocks build --node testpilot
robbieblocks serve --node testpilot
```

## Where to go next

- [SQL guide](/code/sql-guide/): pages, blocks and everyday edits
- [Components](/code/components/): the three shapes of a component, props and islands
- [Conditions](/code/conditions/): one page, different on every site
- [Themes](/code/themes/): tokens, overrides and custom CSS
- [Reference](/code/api/): tables, functions, views and the component API
$md$),

    ('code-sql-guide', 'code', 'SQL guide', '/code/sql-guide/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'SQL guide', 'How to add, edit, order and retire pages and blocks with a few lines of SQL.', '{"menu_order": 81}',
$md$
# SQL guide

Everything below can be pasted into `robbieblocks psql`. Edits made in one transaction are built
together: visitors see all of them or none.

## Change the words of a page

```sql
UPDATE robbieblocks_pages
SET content = replace(content, 'five working days', 'three working days')
WHERE page_key = 'privacy';
```

The content is Markdown in GitHub's flavour: headings, lists, tables, task lists, fenced code and
~~strikethrough~~. `meta_title` and `meta_description` are what search engines show.

## Add a page

```sql
INSERT INTO robbieblocks_pages
    (page_name, page_route, app_namespace, status, content)
VALUES ('Directions', '/directions/', 'shared', 'published',
        E'# How to find us\n\nThe door is beside the bakery.');
```

That is a whole page: its key, `directions`, follows from the route, and header, footer and Robbie's bar
come from the frame, `robbieblocks_frame_blocks`. A page whose status is not given starts as `draft` and
is built only with `--drafts`. `robbieblocks page add` writes such a row from the command line. To put the
page into the menu, give it a label and a place:

```sql
UPDATE robbieblocks_pages
SET metadata = metadata || '{"menu": "Directions", "menu_order": 35}'
WHERE page_key = 'directions';
```

## Place a component

```sql
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props)
SELECT page.id, component.id, 120, 'main',
       '{"title": "Holidays", "text": "Closed on the 24th."}'
FROM robbieblocks_pages AS page,
     robbieblocks_components AS component
WHERE page.page_key = 'directions'
  AND component.component_key = 'callout';
```

`INSERT 0 0` as an answer means that no page or no component has that key. Blocks appear in `block_order`
within their zone. Leave gaps of ten, as BASIC programmers did, and there is always room for one more. The page's own Markdown comes first in zone `main`, unless a block
of component `page-content` marks another place.

## Change one prop

```sql
UPDATE robbieblocks_page_blocks AS block
SET props = jsonb_set(props, '{text}', '"Closed from the 24th to the 27th."')
FROM robbieblocks_pages AS page
WHERE page.id = block.page_id
  AND page.page_key = 'directions'
  AND block.block_order = 120;
```

## Change every header, every footer

What all pages have is a row of the frame:

```sql
UPDATE robbieblocks_frame_blocks
SET props = jsonb_set(props, '{note}', '"Closed on the 24th."')
WHERE frame_key = 'footer-testpilot';
```

A row is for all pages, or for those of one node (`node_id`), app (`app_namespace`) or layout
(`layout_template`); a row for the layout wins over one for the app, that over one for the node, that over
one for all. A page with a block of the same component in the same
zone keeps its own, and `{"frame": false}` in a page's metadata takes none of the frame.

## Retire a page

```sql
UPDATE robbieblocks_pages
SET status = 'archived'
WHERE page_key = 'directions';
```

Archive rather than delete: an archived page keeps its blocks and can come back.

## Look before you build

```sql
SELECT jsonb_pretty(get_page_config('home')::jsonb);
SELECT * FROM robbieblocks_published_pages;
```
$md$),

    ('code-components', 'code', 'Components', '/code/components/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Components', 'Write a component in a database column: three shapes, a schema for its props, and islands.', '{"menu_order": 82}',
$md$
# Components

A component is a React function component. Its code, its styles and the schema of its props are three
columns of `robbieblocks_components`. Where a column is `NULL`, the file of that key in
`templates/components/` is used.

## Three shapes

**A module** with a default export:

```tsx
import { useState } from 'react';

export default function Counter({ start }: { start: number }) {
  const [count, setCount] = useState(start);
  return <button onClick={() => setCount(count + 1)}>{count}</button>;
}
```

**Declarations** without an export. The component is the one named like its key (`deal-card` is
`DealCard`), or else the last one whose name begins with a capital letter:

```tsx
const DealCard = ({ company, value }) => (
  <article className="deal-card">
    {company}: {value}
  </article>
);
```

**A fragment** that reads `props`:

```tsx
<aside className={'callout callout-' + props.kind}>
  {props.text}
</aside>
```

React and its hooks, and those of `robbieblocks`, may be used without importing them. Imports are allowed
from `react`, `react-dom`, `robbieblocks`, `robbieblocks/robbie` (his mood and his face) and
`robbieblocks/chat` (the conversation); any other import is an error. A component cannot use another
component of the database: place both as blocks.

## Write one

```sql
INSERT INTO robbieblocks_components
    (component_key, component_name, component_type,
     is_published, react_code, css_styles, props_schema)
VALUES ('open-sign', 'Open sign', 'ui', true,
        '<p className="open-sign">Open until {props.until}</p>',
        '.open-sign { color: var(--color-success); }',
        '{"until": {"type": "string", "default": "17:00"}}');
```

`component_type` is a word of yours for sorting; it is required, and a build does not read it. Only a
component with `is_published` is built. Then [place it](/code/sql-guide/#place-a-component) on a page.

## Props and their schema

`props_schema` is a JSON Schema, or the short form: a map of property name to schema. Defaults apply in
both, and a block whose props do not fit stops the build with the page, the block and the property.

```json
{
  "kind": {
    "type": "string",
    "enum": ["note", "good", "careful"],
    "default": "note"
  },
  "text": {"type": "string", "default": ""}
}
```

## Static by default

A component becomes an *island* when it needs the browser: a hook with state or effects, or an event
handler. Islands are hydrated; everything else is HTML and CSS and ships no script. `metadata.hydrate`
decides when:

| Value | Hydrated |
|:--|:--|
| `load` | at once |
| `idle` | when the browser has nothing else to do |
| `visible` | when it scrolls into view |
| `none` | never |

What an island renders first must not depend on the browser: no clock, no random numbers, no `window`.
Read those in an effect.

A component that only switches something needs no React: it exports a function `enhance`, which the
browser runs on the HTML that the server rendered. The menu, the tabs, the theme switch and
the copy buttons of this site are made so.

## Styles

`css_styles` is plain CSS, loaded only on pages that use the component. Prefix your classes with the
key and take every value from a token:

```css
.deal-card {
  background: var(--color-surface);
  padding: var(--spacing-md);
}
```
$md$),

    ('code-conditions', 'code', 'Conditions', '/code/conditions/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Conditions', 'One page, different on every site: choose blocks by node, app, theme or date.', '{"menu_order": 83}',
$md$
# Conditions

A block is built when all of its conditions hold. An empty object always holds.

## What a block can ask

| Condition | Holds when |
|:--|:--|
| `{"nodes": ["testpilot"]}` | the site is one of these |
| `{"apps": ["play"]}` | the site has one of these apps; every site has `shared` |
| `{"themes": ["dark"]}` | the site's theme is one of these |
| `{"from": "2026-01-01T00:00:00Z"}` | this instant has come |
| `{"until": "2026-02-01T00:00:00Z"}` | this instant has not come yet |
| `{"not": {…}}` | what is inside does not hold |

## Several at once

Keys side by side are joined by *and*:

```sql
UPDATE robbieblocks_page_blocks AS block
SET conditions = '{
  "nodes": ["testpilot"],
  "from": "2026-12-01T00:00:00Z",
  "until": "2026-12-27T00:00:00Z"
}'
FROM robbieblocks_pages AS page
WHERE page.id = block.page_id
  AND page.page_key = 'home'
  AND block.block_order = 5;
```

Dates are read at build time, in UTC.

## See it here

The block below is on this page three times, and you see the one
that belongs to this site.
$md$),

    ('code-themes', 'code', 'Themes', '/code/themes/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Themes', 'Tokens, overrides per site, custom CSS, and how light and dark are made.', '{"menu_order": 84}',
$md$
# Themes

A *token* is a named value. Components never name a colour; they name a token, and every site may
give it another value.

```text
color.primary  →  --color-primary  →  background: var(--color-primary)
```

## Change a token everywhere

```sql
UPDATE robbieblocks_style_tokens
SET default_value = '0.9375rem'
WHERE token_key = 'font.size.sm';
```

The tokens are one small file that every page loads, so this edit rewrites that file and no page.

## Change a token on one site

```sql
UPDATE robbieblocks_node_branding
SET style_overrides = style_overrides
    || '{"color.primary": "#0E7490"}'
WHERE node_id = 'aurora-town-local';
```

`"theme"` stands among the overrides and is `dark`, `light` or `professional`. Visitors can still choose
between light and dark; the theme decides what they meet first.

## What you get for free

Some colours are computed, so that a bold brand colour cannot make text unreadable:

| Custom property | Computed from | So that |
|:--|:--|:--|
| `--color-on-primary` | primary | text on a button can be read |
| `--color-on-secondary` | secondary | the same, on the second colour |
| `--color-link` | primary, background, surface | links have 4.5 : 1 on both |
| `--color-border` | text, background | lines are there and quiet |
| `--color-surface-raised` | surface | a card on a card stands out |

## The order of styles

```css
@layer tokens, base, components, custom, layouts;
```

`custom_css` of a site is layer `custom`: it wins over components without a single `!important`.
$md$),

    ('code-api', 'code', 'Reference', '/code/api/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Reference', 'Tables, functions, views and the component API, on one page.', '{"menu_order": 85}',
$md$
# Reference

## Tables

| Table | A row is | Known by |
|:--|:--|:--|
| `robbieblocks_pages` | a page | `page_key` |
| `robbieblocks_components` | a component | `component_key` |
| `robbieblocks_page_blocks` | a component placed on a page | page and `block_order` |
| `robbieblocks_frame_blocks` | a component that all pages have, or those of a node, an app or a layout | `frame_key` |
| `robbieblocks_style_tokens` | a design token | `token_key` |
| `robbieblocks_node_branding` | a site | `node_id` |
| `robbieblocks_deploys` | a build | `build_hash` |
| `robbieblocks_change_triggers` | an edit waiting to be built | `entity_type`, `entity_id` |

## Functions and views

`get_page_config(page_key)`
returns a page and its blocks, in order, with their components, as JSON.

`get_node_styles(node_id)`
returns `base_tokens`, `overrides` and `enabled_apps` of a site, as JSON.

`robbieblocks_active_deploys`
lists the builds that are waiting or running.

`robbieblocks_published_pages`
counts pages and components per app, with the last edit.

## Component API

Import these from `robbieblocks`, or use them without importing:

```ts
usePage(): {
  key, route, name, title, description,
  app, updatedAt, metadata
}
useNode(): {
  id, name, theme, tagline, logo, favicon, metadata
}
useMenu(): { label, route, app }[]
usePages(app?: string): {
  key, route, name, title, description, app, order
}[]
useHeadings(): { level, id, text }[]
```

## Exit codes

| Code | Meaning |
|--:|:--|
| 0 | built |
| 1 | the content is wrong; the last good site stays |
| 2 | the command was called wrongly |
| 3 | something around it is missing: the database, a tool |
$md$)
    ON CONFLICT (page_key) DO NOTHING
    RETURNING id, page_key
), block (page_key, block_order, component_key, zone, props, conditions) AS (
    VALUES
    ('code', 100, 'side-nav', 'sidebar', '{"app": "code", "title": "Documentation"}', '{}'),
    ('code', 110, 'code-tip', 'main', $json${
        "title": "See what a page is made of",
        "code": "SELECT jsonb_pretty(get_page_config('code')::jsonb);",
        "text": "The page that you are reading, as the builder sees it."
    }$json$, '{}'),
    ('code', 1, 'robbie-bar', 'header', $json${
        "greeting": "Nothing you do in a transaction can break the site. Try it.",
        "mood": "calm",
        "href": "/code/sql-guide/",
        "label": "SQL guide",
        "chat": "/chat/"
    }$json$, '{}'),

    ('code-sql-guide', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Documentation", "href": "/code/"}, {"label": "SQL guide"}]
    }$json$, '{}'),
    ('code-sql-guide', 95, 'page-content', 'main', '{}', '{}'),
    ('code-sql-guide', 100, 'side-nav', 'sidebar', '{"app": "code", "title": "Documentation"}', '{}'),
    ('code-sql-guide', 110, 'callout', 'main', $json${
        "kind": "careful",
        "title": "Two blocks cannot share a place",
        "text": "block_order is unique within a page. To swap two blocks, move one of them out of the way first, all in one transaction."
    }$json$, '{}'),
    ('code-sql-guide', 120, 'page-helpful', 'main', '{}', '{}'),

    ('code-components', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Documentation", "href": "/code/"}, {"label": "Components"}]
    }$json$, '{}'),
    ('code-components', 95, 'page-content', 'main', '{}', '{}'),
    ('code-components', 100, 'side-nav', 'sidebar', '{"app": "code", "title": "Documentation"}', '{}'),
    ('code-components', 110, 'tabs', 'main', $json${
        "title": "Three rules of thumb",
        "items": [
            {"label": "When to write one", "text": "When the same arrangement appears on a third page. Until then, Markdown is enough."},
            {"label": "When to make it an island", "text": "When a visitor changes something and must see the change at once. A link, a details element or a bit of CSS often does."},
            {"label": "When to stop", "text": "When it needs more than ten props. It is two components."}]
    }$json$, '{}'),
    ('code-components', 120, 'page-helpful', 'main', '{}', '{}'),

    ('code-conditions', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Documentation", "href": "/code/"}, {"label": "Conditions"}]
    }$json$, '{}'),
    ('code-conditions', 95, 'page-content', 'main', '{}', '{}'),
    ('code-conditions', 100, 'side-nav', 'sidebar', '{"app": "code", "title": "Documentation"}', '{}'),
    ('code-conditions', 110, 'callout', 'main',
         '{"kind": "good", "title": "You are on testpilot", "text": "The site with every app, in the professional theme."}',
         '{"nodes": ["testpilot"]}'),
    ('code-conditions', 111, 'callout', 'main',
         '{"kind": "good", "title": "You are on vengeance-local", "text": "The games room: apps play and code, in the dark."}',
         '{"nodes": ["vengeance-local"], "themes": ["dark"]}'),
    ('code-conditions', 112, 'callout', 'main',
         '{"kind": "good", "title": "You are on another site", "text": "Neither testpilot nor vengeance-local, so the third of the three blocks."}',
         '{"not": {"nodes": ["testpilot", "vengeance-local"]}}'),

    ('code-themes', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Documentation", "href": "/code/"}, {"label": "Themes"}]
    }$json$, '{}'),
    ('code-themes', 95, 'page-content', 'main', '{}', '{}'),
    ('code-themes', 100, 'side-nav', 'sidebar', '{"app": "code", "title": "Documentation"}', '{}'),
    ('code-themes', 110, 'token-swatches', 'main', $json${
        "tokens": ["color.primary", "color.on-primary", "color.secondary", "color.link", "color.border",
                   "color.background", "color.surface", "color.surface-raised"]
    }$json$, '{}'),
    ('code-themes', 120, 'code-tip', 'main', $json${
        "title": "All values of one site",
        "code": "SELECT jsonb_pretty(get_node_styles('testpilot')::jsonb);"
    }$json$, '{}'),

    ('code-api', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Documentation", "href": "/code/"}, {"label": "Reference"}]
    }$json$, '{}'),
    ('code-api', 95, 'page-content', 'main', '{}', '{}'),
    ('code-api', 100, 'side-nav', 'sidebar', '{"app": "code", "title": "Documentation"}', '{}'),
    ('code-api', 110, 'page-footnote', 'main', '{"label": "Reference last edited"}', '{}')
)
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props, conditions)
SELECT page.id, component.id, block.block_order, block.zone,
       block.props::jsonb, block.conditions::jsonb
FROM page
JOIN block USING (page_key)
LEFT JOIN robbieblocks_components AS component USING (component_key);
