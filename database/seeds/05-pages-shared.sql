-- The pages of app shared, which every node builds.
--
-- Each statement inserts pages and, for the pages it has just inserted, their blocks. A page that
-- is there already is left alone with all its blocks, whatever an admin has made of them.
--
-- Pages of app shared link only to pages of app shared: a node may build nothing else. A block that
-- links elsewhere carries the condition that names the nodes which build the target.
--
-- Header, theme switch, bar and footer come from the frame, 05-pages-frame.sql.

WITH page AS (
    INSERT INTO robbieblocks_pages
        (page_key, app_namespace, page_name, page_route, layout_template, status, published_at,
         meta_title, meta_description, metadata, content)
    VALUES
    -- No title and no description: each node's home page is called by its own name and tagline.
    ('home', 'shared', 'Home', '/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     '', '', '{"menu_order": 0}', '')
    ON CONFLICT (page_key) DO NOTHING
    RETURNING id
), block (block_order, component_key, zone, props, conditions) AS (
    VALUES
    -- testpilot: the company
    (5, 'announcement', 'header', $json${
        "text": "New this quarter: claims tests in Spanish and Polish, at no extra charge.",
        "href": "/claims-tests/"
    }$json$, '{"nodes": ["testpilot"], "from": "2025-01-01T00:00:00Z", "until": "2035-01-01T00:00:00Z"}'),
    (6, 'announcement', 'header', '{"text": "Our panel is open again after the winter break."}',
         '{"nodes": ["testpilot"], "until": "2025-01-06T08:00:00Z"}'),
    (100, 'hero', 'main', $json${
        "eyebrow": "Packaging and claims testing",
        "title": "Know which pack gets picked up before you print a million of them",
        "text": "We put your designs on a realistic shelf in front of people who bought the category this month, and tell you in four days what they found, believed and chose.",
        "actions": [
            {"label": "See how it works", "href": "/how-it-works/", "kind": "primary"},
            {"label": "What it costs", "href": "/pricing/", "kind": "secondary"}],
        "aside": {
            "title": "Ember, against the pouch in store",
            "items": [
                {"label": "Found within six seconds", "value": "64%"},
                {"label": "Named after two", "value": "26%"},
                {"label": "Taken to the till", "value": "22%"}],
            "text": "300 granola buyers, one errand, eleven competitors."},
        "picture": {"src": "/assets/branding/shelf.svg", "width": 900, "height": 680,
            "alt": "A lit supermarket shelf of three levels. A dotted line shows a gaze that passes three packs and stops, ringed in orange, at a charcoal granola pouch."}
    }$json$, '{"nodes": ["testpilot"]}'),
    (110, 'logo-strip', 'main', $json${
        "title": "Tested on our shelves",
        "names": ["Oat & Ember", "Brightwash", "Marlow Creamery", "Tidewater Tonic", "Little Fern", "Hearthside"]
    }$json$, '{"nodes": ["testpilot"]}'),
    (120, 'stats-band', 'main', $json${
        "items": [
            {"value": "48,200", "label": "shoppers on the panel, receipts checked", "trend": "+6,100 this year"},
            {"value": "4 days", "label": "from final artwork to report"},
            {"value": "612", "label": "pack designs tested last year", "trend": "+18%"},
            {"value": "9 in 10", "label": "winners that also won in store"}]
    }$json$, '{"nodes": ["testpilot"]}'),
    (130, 'bento-grid', 'main', $json${
        "title": "Two questions, answered properly",
        "items": [
            {"size": "large", "title": "Which pack?", "text": "Findability, standout and purchase share for up to six designs on one shelf.", "href": "/packaging-tests/",
             "picture": {"src": "/assets/branding/gaze.svg", "width": 1200, "height": 620,
            "alt": "A shelf in grey with patches of heat. Six numbered looks go from pack to pack; the sixth, the hottest, is the charcoal pouch."}},
            {"title": "Which shoppers?", "text": "Category buyers with a receipt from the last 30 days. No professional survey takers.", "href": "/shopper-panel/",
             "picture": {"src": "/assets/branding/receipt.svg", "width": 900, "height": 680,
            "alt": "A grocery receipt with one line marked, beside a phone that shows a shelf and a green tick."}},
            {"value": "± 5.7", "title": "How sure?", "text": "Every figure comes with its margin, and we say so when a difference is noise."},
            {"size": "large", "title": "Which claim?", "text": "Belief and pull for every line you might print, tested on the pack and not in a list.", "href": "/claims-tests/",
             "picture": {"src": "/assets/branding/claim-map.svg", "width": 900, "height": 680,
            "alt": "A chart of six claims by how many believe them and how many would buy. Only “9 g of sugar per bowl” is high on both."}}]
    }$json$, '{"nodes": ["testpilot"]}'),
    (140, 'claim-comparison', 'main', $json${
        "title": "The same detergent, three ways to say it",
        "base": "450 UK laundry buyers, 150 per claim",
        "claims": [
            {"text": "Removes grass stains at 20 °C", "believe": 71, "wouldBuy": 46, "winner": true},
            {"text": "Cleans like 40, washes at 20", "believe": 58, "wouldBuy": 41},
            {"text": "Freshness backed by science", "believe": 33, "wouldBuy": 22}]
    }$json$, '{"nodes": ["testpilot"]}'),
    (150, 'picture-band', 'main', $json${
        "title": "A shelf is not a slide",
        "text": "Your pack has eleven neighbours, a price below it and about two seconds. We test it there, and nowhere else.",
        "picture": {"src": "/assets/branding/aisle.svg", "width": 1600, "height": 640,
            "alt": "A shopper pushes a trolley down a long supermarket aisle; a charcoal pouch is in the trolley."}
    }$json$, '{"nodes": ["testpilot"]}'),
    (160, 'testimonial', 'main', $json${
        "quote": "We walked in with a favourite and walked out with a different pouch. Twelve weeks later the buyer asked us what we had changed.",
        "name": "Priya Raman",
        "role": "Head of Brand, Oat & Ember",
        "picture": {"src": "/assets/branding/priya.svg", "width": 240, "height": 240,
            "alt": "Priya Raman, smiling, before a warm ground"}
    }$json$, '{"nodes": ["testpilot"]}'),
    (170, 'feature-grid', 'main', $json${
        "title": "What we hold on to",
        "text": "A brand team knows its pack too well to see it. A shopper gives it about two seconds, between a trolley and a toddler.",
        "items": [
            {"icon": "users", "title": "Real shoppers", "text": "People who bought the category in the last 30 days and can show the receipt.", "href": "/shopper-panel/"},
            {"icon": "cart", "title": "Real shelves", "text": "Competitors, prices and gaps, as in the shop. Never a pack floating on white.", "href": "/how-it-works/"},
            {"icon": "chart", "title": "Real answers", "text": "What was found, believed and picked, with the margin printed beside every figure.", "href": "/customers/oat-and-ember/"}]
    }$json$, '{"nodes": ["testpilot"]}'),
    (180, 'call-to-action', 'main', $json${
        "title": "Artwork due at the printer soon?",
        "text": "Send us the files today and field your test tomorrow. The report is on your desk within the week.",
        "href": "/contact/",
        "label": "Talk to a person"
    }$json$, '{"nodes": ["testpilot"]}'),

    -- vengeance-local: the games room
    (200, 'hero', 'main', $json${
        "eyebrow": "The games room",
        "title": "Beat the shelf",
        "text": "Twelve packs, two seconds, one that you came for. The games here are the exercises our panel starts with, and they are harder than they look.",
        "actions": [
            {"label": "Play the shelf game", "href": "/play/shelf-game/", "kind": "primary"},
            {"label": "High scores", "href": "/play/high-scores/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/shelf.svg", "width": 160, "height": 112,
            "alt": "Pixel art: a shelf of three levels with coloured packs. A cyan frame and a hand mark a blue one; the clock shows 2.0."}
    }$json$, '{"nodes": ["vengeance-local"]}'),
    (205, 'shelf-picker', 'main', $json${
        "question": "Warm up: you came for the decaf. Which pack is it?",
        "target": "Night Owl",
        "packs": [
            {"name": "Early Bird", "colour": "#D9A441"},
            {"name": "Dark Roast", "colour": "#5B4636"},
            {"name": "Morning", "colour": "#C85C4A"},
            {"name": "Espresso One", "colour": "#3D5A80"},
            {"name": "Half Caff", "colour": "#8FB339"},
            {"name": "Lift Off", "colour": "#B5446E"},
            {"name": "House Blend", "colour": "#A8763E"},
            {"name": "Night Owl", "colour": "#6BA3BE"},
            {"name": "Double Shot", "colour": "#4A5D23"},
            {"name": "Slow Sunday", "colour": "#E0A890"},
            {"name": "Deep Focus", "colour": "#9C8AA5"},
            {"name": "Cold Brew", "colour": "#7FB7BE"}]
    }$json$, '{"nodes": ["vengeance-local"]}'),
    (210, 'feature-grid', 'main', $json${
        "title": "Three rooms",
        "items": [
            {"icon": "cart", "title": "Shelf game", "text": "Find the pack you were sent for. It has been redesigned since you last saw it.", "href": "/play/shelf-game/"},
            {"icon": "spark", "title": "Mood lab", "text": "What a colour does to a cereal box, and what it does to you.", "href": "/play/mood-lab/"},
            {"icon": "code", "title": "Engine room", "text": "How these pages are made of rows, and how to make one of your own.", "href": "/code/"}]
    }$json$, '{"nodes": ["vengeance-local"]}'),
    (220, 'high-score-table', 'main', $json${
        "title": "November",
        "scores": [
            {"player": "Hana", "score": 37},
            {"player": "Mei", "score": 35},
            {"player": "Owen", "score": 31},
            {"player": "Dana", "score": 29}]
    }$json$, '{"nodes": ["vengeance-local"]}'),
    (230, 'call-to-action', 'main', $json${
        "title": "Forty shelves. No hints.",
        "text": "Hana found 37 at the first try. Only the staff win cake; you may have the glory.",
        "href": "/play/shelf-game/", "label": "Start the game"
    }$json$, '{"nodes": ["vengeance-local"]}'),

    -- aurora-town-local: the desk
    (300, 'hero', 'main', $json${
        "eyebrow": "The workbench",
        "title": "Every study, from first call to final chart",
        "text": "Who we are talking to, what is in field, which report is due on Thursday: one desk for the whole team.",
        "actions": [
            {"label": "Open the dashboard", "href": "/work/dashboard/", "kind": "primary"},
            {"label": "Read the SQL guide", "href": "/code/sql-guide/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/desk.svg", "width": 1000, "height": 700,
            "alt": "A desk with a screen full of charts; behind it a window with northern lights over a town."}
    }$json$, '{"nodes": ["aurora-town-local"]}'),
    (305, 'kpi-cards', 'main', $json${
        "title": "This quarter",
        "items": [
            {"label": "Revenue, quarter to date", "value": "$126,000", "delta": "+12%"},
            {"label": "Open pipeline", "value": "$87,100", "delta": "+4%"},
            {"label": "Studies in field", "value": "4", "delta": "+1"},
            {"label": "Days to report", "value": "4.1", "delta": "-0.3", "better": "lower"}]
    }$json$, '{"nodes": ["aurora-town-local"]}'),
    (310, 'data-table', 'main', $json${
        "caption": "Studies in field",
        "columns": ["Study", "Customer", "Shoppers", "Done", "Report"],
        "rows": [
            ["Slim can, chiller", "Tidewater Tonic", "900", "72%", "Thursday"],
            ["Refill pouch", "Brightwash", "400", "35%", "Friday"],
            ["Flavour family", "Oat & Ember", "600", "12%", "Monday"],
            ["Oat latte, online", "Oat & Ember", "300", "4%", "Wednesday"]]
    }$json$, '{"nodes": ["aurora-town-local"]}'),
    (315, 'activity-feed', 'main', $json${
        "title": "Since yesterday",
        "items": [
            {"when": "Today, 09:40", "who": "Owen", "what": "sent the Hearthside report to its second reader", "kind": "done"},
            {"when": "Today, 08:15", "who": "Field", "what": "replaced 14 doubtful sessions in Tidewater", "kind": "note"},
            {"when": "Yesterday", "who": "Mei", "what": "moved Marlow Creamery to scoping: price sent, answer by Friday", "kind": "note"},
            {"when": "Yesterday", "who": "Dana", "what": "heard that Little Fern may move its print date", "kind": "risk"}]
    }$json$, '{"nodes": ["aurora-town-local"]}'),
    (320, 'feature-grid', 'main', $json${
        "title": "On the desk",
        "items": [
            {"icon": "chart", "title": "Dashboard", "text": "Revenue, studies in field and what is due this week.", "href": "/work/dashboard/"},
            {"icon": "layers", "title": "Pipeline", "text": "Every open study with its stage, value and chance of closing.", "href": "/work/pipeline/"},
            {"icon": "users", "title": "Contacts", "text": "Who decides, who signs and who answers the phone.", "href": "/work/contacts/"},
            {"icon": "book", "title": "Reports", "text": "What was delivered, and what waits for a second reader.", "href": "/work/reports/"}]
    }$json$, '{"nodes": ["aurora-town-local"]}'),

    -- any other node, until it has a home page of its own
    (400, 'hero', 'main', $json${
        "eyebrow": "Welcome",
        "title": "This site is ready for its first page",
        "text": "Everything below is built from rows in PostgreSQL. Add a page to one of this site's apps and it appears here.",
        "actions": [{"label": "See the style guide", "href": "/style-guide/", "kind": "primary"}]
    }$json$, '{"not": {"nodes": ["testpilot", "vengeance-local", "aurora-town-local"]}}'),
    (410, 'page-list', 'main', '{"title": "Pages of this site", "limit": 12}',
         '{"not": {"nodes": ["testpilot", "vengeance-local", "aurora-town-local"]}}')
)
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props, conditions)
SELECT page.id, component.id, block.block_order, block.zone,
       block.props::jsonb, block.conditions::jsonb
FROM page
CROSS JOIN block
LEFT JOIN robbieblocks_components AS component USING (component_key);

WITH page AS (
    INSERT INTO robbieblocks_pages
        (page_key, app_namespace, page_name, page_route, layout_template, status, published_at,
         meta_title, meta_description, metadata, content)
    VALUES
    ('404', 'shared', 'Page not found', '/404/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Page not found', 'There is no page at this address.', '{}',
$md$
Did a link on this site lead you here? Write to
[web@testpilot.example](mailto:web@testpilot.example) and tell us which page it was on, and we will fix it.
$md$),

    ('chat', 'shared', 'Ask Robbie', '/chat/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Ask Robbie', 'Ask a question about anything on this site. Robbie answers from its pages and shows where he found it.',
     '{"menu": "Ask Robbie", "menu_order": 90}', ''),

    ('privacy', 'shared', 'Privacy', '/privacy/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Privacy', 'What we keep about visitors and panel members, for how long, and how to have it removed.', '{}',
$md$
# Privacy

We sell what shoppers tell us about packs. We do not sell what we know about shoppers. This page says
what that means in practice.

## When you visit this site

The site loads nothing from other companies, and sets no cookie until you talk to Robbie. A few things
may be stored in your own browser, and never leave it:

| What | Why | Until |
|---|---|---|
| `scheme` | remembers whether you chose the dark or the light look | you clear it |
| `helpful:…` | remembers your answer to “Did this page answer your question?” | you clear it |
| `robbieblocks.conversation` | finds your last conversation with Robbie again | you begin a new one |
| `robbieblocks.question`, `robbieblocks.personality` | a question on its way to the chat, Robbie's mood | you close the window |

## When you talk to Robbie

Then there is one cookie, `robbieblocks_visitor`. It holds a number made by chance, so that your
conversations are yours alone; it cannot be read by scripts and goes nowhere else. What you wrote and
what was answered is kept with it, so that you can read on later. You can download a conversation, and
delete it, in the chat itself under “History”.

The web server keeps its access log for **14 days**, to see attacks and broken links. After that only
daily counts remain.

## When you take part in a study

We ask for your age band, household size, postcode area and receipts from the category. The brand that
ordered the study sees answers in groups of at least 30 people.

1. Receipts are deleted once the purchase is confirmed, at most **7 days** after upload.
2. Answers stay linked to your account for **24 months**, so that we do not ask you twice.
3. After that they are kept without the link.

## Your rights

Ask for a copy, a correction or removal at [privacy@testpilot.example](mailto:privacy@testpilot.example).
A person answers within five working days. If you think we got it wrong, your data protection authority
will listen.
$md$),

    ('accessibility', 'shared', 'Accessibility', '/accessibility/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Accessibility', 'How this site is built so that everyone can use it, what we check, and what we know is missing.', '{}',
$md$
# Accessibility

A shelf has no keyboard shortcut. A website has no excuse. We aim for **WCAG 2.2, level AA**, on every
page of this site.

## What we do

- Every page works without JavaScript. Calculators, tabs and games add to it; the text is always there.
- Colours come from tokens. Text on a coloured surface is chosen for contrast, at least 4.5 to 1, and
  links are shifted until they have it, whatever brand colour a site picks.
- Headings are in order, regions are named, and the focus is visible.
- Nothing moves when your system asks for [reduced motion](https://developer.mozilla.org/docs/Web/CSS/@media/prefers-reduced-motion).
- Pages read from 320 pixels upwards, and at 400 % zoom without sideways scrolling.

## What we check

| Check | How | How often |
|---|---|---|
| Contrast of every theme | computed from the tokens at build time | every build |
| Keyboard path through each island | by hand | every release |
| Screen readers | NVDA with Firefox, VoiceOver with Safari | every quarter |

## What is missing

- [x] Charts have their figures in a table as well
- [x] The shelf game can be played with a keyboard
- [ ] Video replies from shoppers have captions only in English

Something in your way? Write to [access@testpilot.example](mailto:access@testpilot.example); it goes to
the people who write the pages.
$md$),

    ('style-guide', 'shared', 'Style guide', '/style-guide/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Style guide', 'Every text element, colour and component of this site on one page, in this site''s own theme.',
     '{"trusted": true}',
$md$
# Style guide

Everything a page can be made of, in the theme of the site that you are looking at. Edit a token and
this page changes with every other.

## Text

A paragraph is set in the body face at the base size. It can be **strong**, *stressed*, ~~withdrawn~~,
`code`, or a [link](/style-guide/). Lines are kept to a length that the eye can follow back.

> A quotation stands a little apart. Shoppers say things better than we do.

### A list, and a list in it

1. Write the question down.
2. Decide what would change your mind:
   - a difference larger than its margin,
   - in the group that buys most.
3. Only then look at the answers.

### A table

| Size | Token | Used for |
|:--|:--|:--|
| small | `font.size.sm` | captions |
| base | `font.size.base` | running text |
| large | `font.size.3xl` | page titles |

### Code

```sql
UPDATE robbieblocks_style_tokens
SET default_value = '1.0625rem'
WHERE token_key = 'font.size.base';
```

### Raw HTML, where a page is trusted

<details>
<summary>Why is this allowed here?</summary>
<p>The page carries <code>{"trusted": true}</code> in its metadata. On every other page raw HTML is
rebuilt from a list of harmless elements.</p>
</details>

Press <kbd>Tab</kbd> to see where the focus goes.

## Buttons

<p>
<button type="button" class="button button--primary">Primary</button>
<button type="button" class="button button--secondary">Secondary</button>
<button type="button" class="button button--ghost">Ghost</button>
</p>

One primary button on a screen: the thing most visitors came to do.

## Colours and components
$md$)
    ON CONFLICT (page_key) DO NOTHING
    RETURNING id, page_key
), block (page_key, block_order, component_key, zone, props, conditions) AS (
    VALUES
    ('404', 100, 'hero', 'main', $json${
        "eyebrow": "Page not found",
        "title": "This shelf is empty",
        "text": "There is no page at this address. It may have moved, or the link has a typing mistake in it.",
        "actions": [
            {"label": "Back to the home page", "href": "/", "kind": "primary"},
            {"label": "Ask Robbie where it is", "href": "/chat/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/empty-shelf.svg", "width": 900, "height": 680,
            "alt": "A supermarket shelf with an empty place. A dotted outline with a question mark stands where a pack was; the price tag says 404."}
    }$json$, '{"nodes": ["testpilot", "aurora-town-local"]}'),
    ('404', 101, 'hero', 'main', $json${
        "eyebrow": "Page not found",
        "title": "This shelf is empty",
        "text": "No page here. It may have moved, or the link has a typing mistake in it. You keep all your lives.",
        "actions": [
            {"label": "Back to the start", "href": "/", "kind": "primary"},
            {"label": "Ask Robbie where it is", "href": "/chat/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/empty-shelf.svg", "width": 160, "height": 112,
            "alt": "Pixel art: a shelf whose middle board is empty. A cyan frame stands around a question mark."}
    }$json$, '{"nodes": ["vengeance-local"]}'),
    ('404', 102, 'hero', 'main', $json${
        "eyebrow": "Page not found",
        "title": "This shelf is empty",
        "text": "There is no page at this address. It may have moved, or the link has a typing mistake in it.",
        "actions": [{"label": "Back to the home page", "href": "/", "kind": "primary"}]
    }$json$, '{"not": {"nodes": ["testpilot", "vengeance-local", "aurora-town-local"]}}'),
    ('404', 110, 'feature-grid', 'main', $json${
        "title": "Still on the shelf",
        "items": [
            {"icon": "eye", "title": "How it works", "text": "From artwork to report in four days.", "href": "/how-it-works/"},
            {"icon": "money", "title": "Pricing", "text": "A base fee, a price per shopper and a calculator.", "href": "/pricing/"},
            {"icon": "star", "title": "Customers", "text": "What brands tested, and what was sold afterwards.", "href": "/customers/"},
            {"icon": "mail", "title": "Contact", "text": "A person answers within one working day.", "href": "/contact/"}]
    }$json$, '{"nodes": ["testpilot"]}'),
    ('404', 111, 'feature-grid', 'main', $json${
        "title": "Other rooms",
        "items": [
            {"icon": "cart", "title": "Shelf game", "text": "Find the pack you were sent for.", "href": "/play/shelf-game/"},
            {"icon": "spark", "title": "Mood lab", "text": "What a colour does to a pack.", "href": "/play/mood-lab/"},
            {"icon": "star", "title": "High scores", "text": "The sharpest eyes in the office.", "href": "/play/high-scores/"},
            {"icon": "code", "title": "Engine room", "text": "How these pages are made of rows.", "href": "/code/"}]
    }$json$, '{"nodes": ["vengeance-local"]}'),
    ('404', 112, 'feature-grid', 'main', $json${
        "title": "On the desk",
        "items": [
            {"icon": "chart", "title": "Dashboard", "text": "Studies in field and what is due this week.", "href": "/work/dashboard/"},
            {"icon": "layers", "title": "Pipeline", "text": "Every open study with its stage.", "href": "/work/pipeline/"},
            {"icon": "book", "title": "Reports", "text": "Delivered, or waiting for a second reader.", "href": "/work/reports/"},
            {"icon": "code", "title": "Documentation", "text": "How these pages are made of rows.", "href": "/code/"}]
    }$json$, '{"nodes": ["aurora-town-local"]}'),
    ('404', 113, 'page-list', 'main', '{"title": "Pages that do exist", "limit": 6}',
         '{"not": {"nodes": ["testpilot", "vengeance-local", "aurora-town-local"]}}'),
    ('404', 120, 'page-content', 'main', '{}', '{}'),

    ('chat', 100, 'chat-interface', 'main', $json${
        "titleLevel": 1,
        "greeting": "What would you like to know?",
        "text": "I answer from the pages of this site, and show you where I found it.",
        "mood": "focused",
        "suggestions": [
            "How does a packaging test work?",
            "What does a study cost?",
            "Who are the shoppers on the panel?",
            "What do you keep about visitors?"]
    }$json$, '{"nodes": ["testpilot"]}'),
    ('chat', 101, 'chat-interface', 'main', $json${
        "titleLevel": 1,
        "greeting": "Ask away, player one!",
        "text": "Rules, scores, or how these pages are made: I know what is written here.",
        "mood": "excited",
        "suggestions": [
            "How do I play the shelf game?",
            "Who has the high score?",
            "What is the mood lab?",
            "How do I change a colour?"]
    }$json$, '{"nodes": ["vengeance-local"]}'),
    ('chat', 102, 'chat-interface', 'main', $json${
        "titleLevel": 1,
        "greeting": "What are you looking for?",
        "text": "I have read everything on the desk, and tell you which page it is on.",
        "mood": "professional",
        "suggestions": [
            "Which reports are there?",
            "What came out of the granola pouch study?",
            "How do I publish a page in SQL?",
            "What do you keep about visitors?"]
    }$json$, '{"nodes": ["aurora-town-local"]}'),
    ('chat', 103, 'chat-interface', 'main', '{"titleLevel": 1, "suggestions": ["What do you keep about visitors?"]}',
         '{"not": {"nodes": ["testpilot", "vengeance-local", "aurora-town-local"]}}'),

    ('privacy', 100, 'side-nav', 'sidebar', '{"app": "shared", "title": "About this site"}', '{}'),
    ('privacy', 110, 'callout', 'main', $json${
        "kind": "good",
        "title": "The short version",
        "text": "No trackers, no sale of personal data, one cookie if you talk to Robbie. Logs are gone after two weeks."
    }$json$, '{}'),
    ('privacy', 120, 'page-footnote', 'main', '{"label": "These notes were last edited on"}', '{}'),

    ('accessibility', 100, 'side-nav', 'sidebar', '{"app": "shared", "title": "About this site"}', '{}'),
    ('accessibility', 110, 'faq', 'main', $json${
        "title": "Questions we are asked",
        "items": [
            {"question": "Can I change the colours?", "answer": "Yes. The switch in the header chooses light, dark or the setting of your system, and this browser remembers it. Until you choose, a site in the professional theme follows your system; sites in the dark and the light theme show their own colours."},
            {"question": "Do the games need a mouse?", "answer": "No. Each pack on a shelf is a button: Tab moves between packs and Enter picks one. There is no time limit."},
            {"question": "Can I have a report in large print?", "answer": "Yes, and as plain text with every chart written out. Ask for it when you book."}]
    }$json$, '{}'),
    ('accessibility', 120, 'page-helpful', 'main', '{}', '{}'),

    ('style-guide', 100, 'side-nav', 'sidebar', '{"app": "shared", "title": "About this site"}', '{}'),
    ('style-guide', 105, 'page-content', 'main', '{}', '{}'),
    ('style-guide', 110, 'token-swatches', 'main', $json${
        "tokens": ["color.primary", "color.secondary", "color.background", "color.surface", "color.text",
                   "color.text-muted", "color.success", "color.warning", "color.error"]
    }$json$, '{}'),
    ('style-guide', 120, 'callout', 'main', $json${
        "title": "Note", "text": "Something the reader should know, and could do without."
    }$json$, '{}'),
    ('style-guide', 121, 'callout', 'main', $json${
        "kind": "careful", "title": "Careful", "text": "Something that costs time if it is missed."
    }$json$, '{}'),
    ('style-guide', 125, 'feature-grid', 'main', $json${
        "title": "Cards",
        "items": [
            {"icon": "box", "title": "Plain", "text": "A fact that stands by itself."},
            {"icon": "search", "title": "With a link", "text": "The whole card can be clicked.", "href": "/style-guide/"}]
    }$json$, '{}'),
    ('style-guide', 127, 'contact-form', 'main', $json${
        "title": "Form fields",
        "email": "web@testpilot.example",
        "subject": "The style guide",
        "fields": [
            {"name": "Name", "label": "Name", "autocomplete": "name", "required": true},
            {"name": "Company", "label": "Company", "autocomplete": "organization"},
            {"name": "Note", "label": "A longer text", "kind": "long", "hint": "A hint stands between the label and its field."}],
        "label": "Write the mail"
    }$json$, '{}'),
    ('style-guide', 130, 'score-badge', 'main', '{"score": 82, "label": "Standout on shelf"}', '{}'),
    ('style-guide', 131, 'score-badge', 'main', '{"score": 54, "label": "Belief in the claim"}', '{}'),
    ('style-guide', 140, 'tabs', 'main', $json${
        "title": "Two kinds of component",
        "items": [
            {"label": "Static", "text": "Most components are HTML and CSS and ship no script at all."},
            {"label": "Island", "text": "A component that keeps state, like a calculator, is hydrated in the browser. What only switches something, like these tabs, has a script of a few hundred bytes."}]
    }$json$, '{}'),
    ('style-guide', 150, 'callout', 'main', $json${
        "title": "This site begins dark",
        "text": "In the dark, surfaces get lighter as they come closer, and shadows do less of the work."
    }$json$, '{"themes": ["dark"]}'),
    ('style-guide', 151, 'callout', 'main', $json${
        "title": "This site begins light",
        "text": "In the light, surfaces are set apart by a border and a soft shadow. Visitors may choose the other one in the header."
    }$json$, '{"not": {"themes": ["dark"]}}')
)
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props, conditions)
SELECT page.id, component.id, block.block_order, block.zone,
       block.props::jsonb, block.conditions::jsonb
FROM page
JOIN block USING (page_key)
LEFT JOIN robbieblocks_components AS component USING (component_key);
