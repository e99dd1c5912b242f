-- The pages of app play, built by testpilot and vengeance-local. They link to play and shared only.

WITH page AS (
    INSERT INTO robbieblocks_pages
        (page_key, app_namespace, page_name, page_route, layout_template, status, published_at,
         meta_title, meta_description, metadata, content)
    VALUES
    ('play', 'play', 'Play', '/play/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Play', 'Small games about shelves, packs and the two seconds in which people choose.',
     '{"menu": "Play", "menu_order": 60}',
$md$
## House rules

1. No account, no adverts, no countdown that shames you.
2. Every game can be played with a keyboard.
3. The score is yours. Nothing you do here is part of a study.

New members of the panel play these before their first errand, because an eye that has been warmed up
behaves more like an eye in a shop.
$md$),

    ('play-shelf-game', 'play', 'Shelf game', '/play/shelf-game/', 'full-screen', 'published', '2026-01-05T09:00:00Z',
     'Shelf game', 'You were sent for oat milk. It has been redesigned. Find it.',
     '{"menu_order": 61}',
$md$
# Shelf game

You were sent for **Fair**, the barista one. The pack was redesigned last month, and nobody told
you. Pick the one you would carry to the till.
$md$),

    ('play-mood-lab', 'play', 'Mood lab', '/play/mood-lab/', 'full-screen', 'published', '2026-01-05T09:00:00Z',
     'Mood lab', 'What a colour does to a pack, and what it does to you.',
     '{"menu_order": 62}',
$md$
# Mood lab

Colour reaches a shopper before a word does. Each row below is one mood that a pack can set, with
what we have seen it do on a shelf.

| Mood | Colours that set it | Works for | Fails for |
|:--|:--|:--|:--|
| calm | sage, oat, mist | tea, baby food | energy drinks |
| playful | coral, lemon, sky | cereal, yogurt | medicine |
| focused | charcoal with one accent | coffee, granola | anything for toddlers |
| bold | red on black | crisps, sauces | skin care |

None of these is a law. Oat & Ember went charcoal in a cream-coloured aisle, and that is why it worked:
a mood is read **against its neighbours**.
$md$),

    ('play-high-scores', 'play', 'High scores', '/play/high-scores/', 'sidebar-vertical', 'published', '2026-01-05T09:00:00Z',
     'High scores', 'The sharpest eyes in the office, month by month.',
     '{"menu_order": 63}',
$md$
# High scores

One point for each pack found on the first try, one lost for each wrong one. Forty shelves, no hints.
Staff only, because prizes involve cake.
$md$)
    ON CONFLICT (page_key) DO NOTHING
    RETURNING id, page_key
), block (page_key, block_order, component_key, zone, props, conditions) AS (
    VALUES
    ('play', 100, 'hero', 'main', $json${
        "eyebrow": "Games from the lab",
        "title": "Two seconds. Go.",
        "text": "That is how long a shopper looks at your category before the hand moves. See how you do.",
        "actions": [
            {"label": "Start with the shelf", "href": "/play/shelf-game/", "kind": "primary"},
            {"label": "Visit the mood lab", "href": "/play/mood-lab/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/shelf.svg", "width": 160, "height": 112,
            "alt": "Pixel art: a shelf of three levels with coloured packs. A cyan frame and a hand mark a blue one; the clock shows 2.0."}
    }$json$, '{"nodes": ["vengeance-local"]}'),
    ('play', 101, 'hero', 'main', $json${
        "eyebrow": "Games from the lab",
        "title": "Two seconds. Go.",
        "text": "That is how long a shopper looks at your category before the hand moves. See how you do.",
        "actions": [
            {"label": "Start with the shelf", "href": "/play/shelf-game/", "kind": "primary"},
            {"label": "Visit the mood lab", "href": "/play/mood-lab/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/shelf.svg", "width": 900, "height": 680,
            "alt": "A lit supermarket shelf of three levels. A dotted line shows a gaze that passes three packs and stops, ringed in orange, at a charcoal granola pouch."}
    }$json$, '{"nodes": ["testpilot"]}'),
    ('play', 102, 'hero', 'main', $json${
        "eyebrow": "Games from the lab",
        "title": "Two seconds. Go.",
        "text": "That is how long a shopper looks at your category before the hand moves. See how you do.",
        "actions": [
            {"label": "Start with the shelf", "href": "/play/shelf-game/", "kind": "primary"},
            {"label": "Visit the mood lab", "href": "/play/mood-lab/", "kind": "secondary"}]
    }$json$, '{"not": {"nodes": ["vengeance-local", "testpilot"]}}'),
    ('play', 110, 'page-list', 'main', '{"app": "play", "title": "All rooms", "limit": 6}', '{}'),
    ('play', 120, 'page-content', 'main', '{}', '{}'),
    ('play', 130, 'stats-band', 'main', $json${
        "items": [
            {"value": "2.0 s", "label": "median look before the first reach"},
            {"value": "12", "label": "packs in sight during it"},
            {"value": "4 in 10", "label": "players who miss a pack they know"}]
    }$json$, '{"apps": ["play"]}'),
    ('play', 140, 'call-to-action', 'main', $json${
        "title": "One errand, twelve packs",
        "text": "It takes a minute, and you will read labels differently afterwards.",
        "href": "/play/shelf-game/", "label": "Play the shelf game", "tone": "quiet"
    }$json$, '{}'),
    ('play', 1, 'robbie-bar', 'header', $json${
        "greeting": "I found it in 1.8 seconds. Your turn.",
        "mood": "hyper",
        "href": "/play/shelf-game/",
        "label": "Beat that",
        "chat": "/chat/"
    }$json$, '{}'),

    ('play-shelf-game', 110, 'shelf-picker', 'main', $json${
        "question": "Which one is the barista oat milk?",
        "target": "Fair Barista",
        "packs": [
            {"name": "Almond Day", "colour": "#C08552"},
            {"name": "Fair Original", "colour": "#6BA3BE"},
            {"name": "Soy Simple", "colour": "#8FB339"},
            {"name": "Oat Whole", "colour": "#D9A441"},
            {"name": "Fair Barista", "colour": "#3D5A80"},
            {"name": "Barista Soy", "colour": "#4A5D23"},
            {"name": "Coco Calm", "colour": "#E0A890"},
            {"name": "Barista Moo", "colour": "#B5446E"},
            {"name": "Oat Light", "colour": "#7FB7BE"},
            {"name": "Rice Morning", "colour": "#9C8AA5"},
            {"name": "Pea Prime", "colour": "#5E8C61"},
            {"name": "Hemp Hill", "colour": "#A8763E"}]
    }$json$, '{}'),
    ('play-shelf-game', 120, 'callout', 'main', $json${
        "title": "Why it is hard",
        "text": "Three packs carry the word you are looking for, and the right one has changed colour. Brand, format and colour are read in that order, and one of them just lied to you."
    }$json$, '{}'),
    ('play-shelf-game', 130, 'faq', 'main', $json${
        "items": [{"question": "Stuck?", "answer": "Read the words first and the colours second, which is the opposite of what you are doing."}]
    }$json$, '{}'),

    ('play-mood-lab', 105, 'picture', 'main', $json${
        "picture": {"src": "/assets/branding/mood-lab.svg", "width": 160, "height": 100,
            "alt": "Pixel art: four flasks labelled calm, fun, sharp and bold, each above the pack that it colours."}
    }$json$, '{"nodes": ["vengeance-local"]}'),
    ('play-mood-lab', 110, 'mood-indicator', 'main', '{"title": "Robbie in the tea aisle", "mood": "calm"}', '{}'),
    ('play-mood-lab', 120, 'mood-indicator', 'main', '{"title": "Robbie at the crisps", "mood": "hyper"}', '{}'),
    ('play-mood-lab', 130, 'token-swatches', 'main', '{"tokens": ["color.primary", "color.secondary", "color.surface"]}',
         '{"themes": ["dark"]}'),

    ('play-high-scores', 100, 'side-nav', 'sidebar', '{"app": "play", "title": "Games"}', '{}'),
    ('play-high-scores', 110, 'high-score-table', 'main', $json${
        "title": "November",
        "scores": [
            {"player": "Hana", "score": 37},
            {"player": "Owen", "score": 31},
            {"player": "Mei", "score": 35},
            {"player": "Dana", "score": 29},
            {"player": "Robbie", "score": 40}]
    }$json$, '{}'),
    ('play-high-scores', 120, 'high-score-table', 'main', $json${
        "title": "October",
        "scores": [
            {"player": "Mei", "score": 36},
            {"player": "Owen", "score": 33},
            {"player": "Hana", "score": 33},
            {"player": "Dana", "score": 24}]
    }$json$, '{}'),
    ('play-high-scores', 130, 'callout', 'main', $json${
        "kind": "careful",
        "title": "About Robbie's forty",
        "text": "Robbie reads the shelf from the database. It is listed for completeness and gets no cake."
    }$json$, '{}')
)
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props, conditions)
SELECT page.id, component.id, block.block_order, block.zone,
       block.props::jsonb, block.conditions::jsonb
FROM page
JOIN block USING (page_key)
LEFT JOIN robbieblocks_components AS component USING (component_key);
