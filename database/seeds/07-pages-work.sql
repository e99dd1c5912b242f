-- The pages of app work, built by testpilot and aurora-town-local. They link to work and shared only.

WITH page AS (
    INSERT INTO robbieblocks_pages
        (page_key, app_namespace, page_name, page_route, layout_template, status, published_at,
         meta_title, meta_description, metadata, content)
    VALUES
    ('work-dashboard', 'work', 'Dashboard', '/work/dashboard/', 'dashboard', 'published', '2026-01-05T09:00:00Z',
     'Dashboard', 'Revenue, studies in field and what is due this week.',
     '{"menu": "Dashboard", "menu_order": 40, "noindex": true}',
$md$
# Dashboard

Figures are for the quarter to date, from the studies table as it stood on Monday morning. A study
counts as revenue on the day its report is delivered.
$md$),

    ('work-pipeline', 'work', 'Pipeline', '/work/pipeline/', 'dashboard', 'published', '2026-01-05T09:00:00Z',
     'Pipeline', 'Every open study with its stage, value and chance of closing.',
     '{"menu_order": 41, "noindex": true}',
$md$
# Pipeline

Four studies are open, standing orders aside, worth **$87,100**; weighted by chance, **$66,870**.

## Open studies
$md$),

    ('work-contacts', 'work', 'Contacts', '/work/contacts/', 'dashboard', 'published', '2026-01-05T09:00:00Z',
     'Contacts', 'Who decides, who signs and who answers the phone.',
     '{"menu_order": 42, "noindex": true}',
$md$
# Contacts

The people behind the open studies. Keep the note short and useful to whoever calls next: what they
care about, and what not to say twice.
$md$),

    ('work-reports', 'work', 'Reports', '/work/reports/', 'dashboard', 'published', '2026-01-05T09:00:00Z',
     'Reports', 'Delivered reports and those waiting for a second reader.',
     '{"menu_order": 43, "noindex": true}',
$md$
# Reports

No report leaves without a second reader. The second reader checks three things and signs the first
page:

1. the answer on page one is the answer in the data,
2. every figure carries its margin,
3. a difference inside the margin is called **no difference**.
$md$),

    ('work-reports-granola-pouch', 'work', 'Granola pouch', '/work/reports/granola-pouch/', 'dashboard', 'published', '2026-01-05T09:00:00Z',
     'Granola pouch, report 2025-118', 'Four pouches for Oat & Ember: the answer, the figures and the method.',
     '{"menu_order": 44, "noindex": true}',
$md$
# Granola pouch: print Ember

Report 2025-118, for Oat & Ember. *Ember* is found faster than every other design and chosen by eight more shoppers
in a hundred than the pack in store today.

## Figures

| Design | Found in | Named after 2 s | Purchase share | Against today |
|:--|--:|--:|--:|--:|
| Current pouch | 8.4 s | 11% | 14% | |
| Stripe | 9.2 s | 9% | 13% | no difference |
| Window | 6.0 s | 17% | 16% | no difference |
| **Ember** | **5.1 s** | **26%** | **22%** | **+8 points** |

Shares are of 300 shoppers per design. The margin of a share is at most ±5.7 points; the margin of the
difference between Ember and the current pouch is ±6.1.

## Method

```text
shelf      cereal aisle, 64 facings, 11 competitors, prices of 3 November
shoppers   1,200 granola buyers with a receipt from the last 30 days
dropped    91 sessions (7.0 %), replaced
fieldwork  11 and 12 November, 8 minutes on average
```

## What we would do next

- [x] Check that the orange edge survives the shelf tray
- [ ] Test the family of flavours side by side
- [ ] Go back to the shelf after twelve weeks
$md$)
    ON CONFLICT (page_key) DO NOTHING
    RETURNING id, page_key
), block (page_key, block_order, component_key, zone, props, conditions) AS (
    VALUES
    ('work-dashboard', 100, 'side-nav', 'sidebar', '{"app": "work", "title": "Workbench"}', '{}'),
    ('work-dashboard', 145, 'mood-indicator', 'main', '{"readings": true}', '{"nodes": ["aurora-town-local"]}'),
    ('work-dashboard', 146, 'mood-indicator', 'main', '{}', '{"not": {"nodes": ["aurora-town-local"]}}'),
    ('work-dashboard', 108, 'page-content', 'main', '{}', '{}'),
    ('work-dashboard', 101, 'callout', 'sidebar', $json${
        "title": "Demo workspace",
        "text": "Every customer, person and figure here is sample data."
    }$json$, '{}'),
    ('work-dashboard', 110, 'kpi-cards', 'main', $json${
        "items": [
            {"label": "Revenue, quarter to date", "value": "$126,000", "delta": "+12%"},
            {"label": "Open pipeline", "value": "$87,100", "delta": "+4%"},
            {"label": "Studies in field", "value": "4", "delta": "+1"},
            {"label": "Days to report", "value": "4.1", "delta": "-0.3", "better": "lower"}]
    }$json$, '{}'),
    ('work-dashboard', 120, 'revenue-chart', 'main', $json${
        "title": "Revenue by month",
        "currency": "USD",
        "points": [
            {"label": "Apr", "value": 41200}, {"label": "May", "value": 38900},
            {"label": "Jun", "value": 52400}, {"label": "Jul", "value": 47100},
            {"label": "Aug", "value": 44800}, {"label": "Sep", "value": 58300},
            {"label": "Oct", "value": 61900}, {"label": "Nov", "value": 64100}]
    }$json$, '{}'),
    ('work-dashboard', 130, 'data-table', 'main', $json${
        "caption": "Studies in field",
        "columns": ["Study", "Customer", "Shoppers", "Done", "Report"],
        "rows": [
            ["Slim can, chiller", "Tidewater Tonic", "900", "72%", "Thursday"],
            ["Refill pouch", "Brightwash", "400", "35%", "Friday"],
            ["Flavour family", "Oat & Ember", "600", "12%", "Monday"],
            ["Oat latte, online", "Oat & Ember", "300", "4%", "Wednesday"]]
    }$json$, '{}'),
    ('work-dashboard', 140, 'activity-feed', 'main', $json${
        "title": "Since yesterday",
        "items": [
            {"when": "Today, 09:40", "who": "Owen", "what": "sent the Hearthside report to its second reader", "kind": "done"},
            {"when": "Today, 08:15", "who": "Field", "what": "replaced 14 doubtful sessions in Tidewater", "kind": "note"},
            {"when": "Yesterday", "who": "Mei", "what": "moved Marlow Creamery to scoping: price sent, answer by Friday", "kind": "note"},
            {"when": "Yesterday", "who": "Dana", "what": "heard that Little Fern may move its print date", "kind": "risk"}]
    }$json$, '{}'),
    ('work-dashboard', 142, 'data-table', 'main', $json${
        "caption": "Next on the desk",
        "columns": ["Due", "What", "Customer", "With"],
        "rows": [
            ["Tuesday", "Second reading", "Hearthside", "Owen"],
            ["Thursday", "Slim can report", "Tidewater Tonic", "Mei"],
            ["Friday", "Answer to the price", "Marlow Creamery", "Mei"],
            ["12 December", "First call about the rusk", "Little Fern", "Dana"]]
    }$json$, '{}'),
    ('work-dashboard', 1, 'robbie-bar', 'header', $json${
        "greeting": "Hearthside is due tomorrow and has no second reader yet.",
        "mood": "focused",
        "href": "/work/reports/",
        "label": "Take it",
        "chat": "/chat/"
    }$json$, '{}'),

    ('work-pipeline', 100, 'side-nav', 'sidebar', '{"app": "work", "title": "Workbench"}', '{}'),
    ('work-pipeline', 110, 'page-content', 'main', '{}', '{}'),
    ('work-pipeline', 101, 'callout', 'sidebar', $json${
        "title": "Demo workspace",
        "text": "Every customer, person and figure here is sample data."
    }$json$, '{}'),
    ('work-pipeline', 120, 'deal-card', 'main', $json${
        "company": "Hearthside", "study": "Soup carton, four designs", "stage": "report",
        "value": 31200, "owner": "Owen", "due": "Tuesday", "probability": 95
    }$json$, '{}'),
    ('work-pipeline', 121, 'deal-card', 'main', $json${
        "company": "Tidewater Tonic", "study": "Slim can in the chiller", "stage": "fielding",
        "value": 24900, "owner": "Mei", "due": "Thursday", "probability": 90
    }$json$, '{}'),
    ('work-pipeline', 122, 'deal-card', 'main', $json${
        "company": "Marlow Creamery", "study": "Paper lid, second wave", "stage": "scoping",
        "value": 18400, "owner": "Mei", "due": "Friday", "probability": 60
    }$json$, '{}'),
    ('work-pipeline', 123, 'deal-card', 'main', $json${
        "company": "Little Fern", "study": "Claims for a first rusk", "stage": "lead",
        "value": 12600, "owner": "Dana", "due": "12 December", "probability": 30
    }$json$, '{}'),
    ('work-pipeline', 130, 'data-table', 'main', $json${
        "caption": "How we stage a study",
        "columns": ["Stage", "It means", "Chance"],
        "rows": [
            ["Lead", "somebody asked", "30%"],
            ["Scoping", "design and shoppers agreed, price sent", "60%"],
            ["In field", "shelf approved, half invoiced", "90%"],
            ["Report due", "fieldwork closed", "95%"]]
    }$json$, '{}'),
    ('work-pipeline', 131, 'callout', 'main', $json${
        "title": "When to move a study",
        "text": "When the event has happened, not when it is about to. The chance follows the stage, so a study that is moved early counts for money that is not there."
    }$json$, '{}'),

    ('work-contacts', 100, 'side-nav', 'sidebar', '{"app": "work", "title": "Workbench"}', '{}'),
    ('work-contacts', 102, 'page-content', 'main', '{}', '{}'),
    ('work-contacts', 101, 'callout', 'sidebar', $json${
        "title": "Demo workspace",
        "text": "Every customer, person and figure here is sample data."
    }$json$, '{}'),
    ('work-contacts', 110, 'contact-card', 'main', $json${
        "name": "Priya Raman", "role": "Head of Brand, Oat & Ember", "email": "priya@oatandember.example",
        "note": "Wants the answer first and the chart never"
    }$json$, '{}'),
    ('work-contacts', 111, 'contact-card', 'main', $json${
        "name": "Tom Marlow", "role": "Operations, Marlow Creamery", "phone": "+1 (608) 555-0119",
        "note": "Calls back after milking"
    }$json$, '{}'),
    ('work-contacts', 112, 'contact-card', 'main', $json${
        "name": "Hannah Beck", "role": "Insights, Hearthside", "email": "hannah@hearthside.example",
        "note": "Statistician; send the raw tables along"
    }$json$, '{}'),
    ('work-contacts', 113, 'contact-card', 'main', $json${
        "name": "Luis Ortega", "role": "Founder, Tidewater Tonic", "email": "luis@tidewater.example",
        "phone": "+1 (757) 555-0162"
    }$json$, '{}'),

    ('work-reports', 100, 'side-nav', 'sidebar', '{"app": "work", "title": "Workbench"}', '{}'),
    ('work-reports', 108, 'page-content', 'main', '{}', '{}'),
    ('work-reports', 101, 'callout', 'sidebar', $json${
        "title": "Demo workspace",
        "text": "Every customer, person and figure here is sample data."
    }$json$, '{}'),
    ('work-reports', 110, 'data-table', 'main', $json${
        "caption": "This quarter",
        "columns": ["Report", "Customer", "Answer", "Second reader", "Delivered"],
        "rows": [
            ["2025-121", "Hearthside", "waiting", "nobody yet", "due Tuesday"],
            ["2025-120", "Brightwash", "grass stains at 20 °C", "Mei", "14 November"],
            ["2025-119", "Marlow Creamery", "no difference", "Owen", "13 November"],
            ["2025-118", "Oat & Ember", "print Ember", "Hana", "13 November"]]
    }$json$, '{}'),
    ('work-reports', 120, 'feature-grid', 'main', $json${
        "title": "Worth reading twice",
        "items": [
            {"icon": "chart", "title": "2025-118, granola pouch", "text": "A clear winner, and a favourite that came last.", "href": "/work/reports/granola-pouch/"},
            {"icon": "clock", "title": "The week ahead", "text": "What is in field and when it is due.", "href": "/work/dashboard/"}]
    }$json$, '{}'),

    ('work-reports-granola-pouch', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Dashboard", "href": "/work/dashboard/"}, {"label": "Reports", "href": "/work/reports/"}, {"label": "Granola pouch"}]
    }$json$, '{}'),
    ('work-reports-granola-pouch', 95, 'page-content', 'main', '{}', '{}'),
    ('work-reports-granola-pouch', 100, 'side-nav', 'sidebar', '{"app": "work", "title": "Workbench"}', '{}'),
    ('work-reports-granola-pouch', 101, 'callout', 'sidebar', $json${
        "title": "Demo workspace",
        "text": "Every customer, person and figure here is sample data."
    }$json$, '{}'),
    ('work-reports-granola-pouch', 110, 'score-badge', 'main', '{"score": 84, "label": "Ember, overall"}', '{}'),
    ('work-reports-granola-pouch', 120, 'page-footnote', 'main', '{"label": "Report last edited"}', '{}'),
    ('work-reports-granola-pouch', 130, 'callout', 'main', $json${
        "kind": "careful",
        "title": "Internal copy",
        "text": "This is the working copy. The customer's copy is the signed file."
    }$json$, '{"apps": ["work"], "not": {"nodes": ["testpilot"]}}')
)
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props, conditions)
SELECT page.id, component.id, block.block_order, block.zone,
       block.props::jsonb, block.conditions::jsonb
FROM page
JOIN block USING (page_key)
LEFT JOIN robbieblocks_components AS component USING (component_key);
