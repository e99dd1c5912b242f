-- The pages of app marketing. Header, bar and footer come from the frame.

WITH page AS (
    INSERT INTO robbieblocks_pages
        (page_key, app_namespace, page_name, page_route, layout_template, status, published_at,
         meta_title, meta_description, metadata, content)
    VALUES
    ('how-it-works', 'marketing', 'How it works', '/how-it-works/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'How a test works', 'From artwork to report in four days: what you send, what shoppers do, and what you get back.',
     '{"menu": "How it works", "menu_order": 10}',
$md$
## What shoppers actually do

Each shopper sees **one** design, on a shelf with your real competitors at real prices. They are given
an ordinary errand (“You are out of granola. Pick one.”) and nothing else. Only after they have chosen
do we ask about claims, and only about the pack they saw.

That order matters. Ask first and people read the pack; nobody reads a pack in a shop.

## What you get back

| Measure | Question it answers | How it is taken |
|:--|:--|:--|
| Find time | Can they find it? | seconds until the first tap on your pack |
| Standout | Do they see it unasked? | share who name it after two seconds |
| Purchase share | Do they take it? | share of baskets, at your price |
| Belief | Do they buy the claim? | share who answer “I believe this” |

Every number is printed with its 95 % margin. If two designs are closer than that, the report says
**no difference**, in those words, on the first page.
$md$),

    ('packaging-tests', 'marketing', 'Packaging tests', '/packaging-tests/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Packaging tests', 'Put up to six designs on a realistic shelf and see which one shoppers find, notice and take home.',
     '{}',
$md$
## What you can test

- **A redesign** against the pack that is in store today.
- **A new format**: pouch for box, can for bottle, refill for everything.
- **A line extension**, and whether it steals from your own shelf.
- **Private label lookalikes**: how often shoppers take theirs for yours.

## How many shoppers?

More shoppers mean a narrower margin, but not in proportion: to halve the margin you need four times
as many people. For most redesigns 300 per design is where the money stops buying certainty. Move the
slider to see what each choice gives you.
$md$),

    ('claims-tests', 'marketing', 'Claims tests', '/claims-tests/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Claims tests', 'Find the line that shoppers believe and act on, tested on the pack instead of in a list.',
     '{}',
$md$
## Belief is not the same as pull

A claim can be believed by everyone and sell nothing: *contains milk* is perfectly credible on a block
of cheddar. It can also be exciting and not believed at all. We plot both, and look for the corner
where they meet.

### Writing claims that test well

1. **Say one thing.** Two claims joined by “and” score like the weaker of the two.
2. **Give a number or a moment.** “At 20&nbsp;°C” beats “in cold water”; “by the second wash” beats “fast”.
3. **Keep the proof nearby.** If the law wants a footnote, test it with the footnote.

> What we will not do is word a question so that your favourite wins. The questions are the same for
> every brand, and they are printed in the report.

### Languages

| Language | Panel | Turnaround |
|---|--:|---|
| English (US, UK) | 31,400 | 4 days |
| German | 6,900 | 4 days |
| Spanish | 5,700 | 5 days |
| Polish | 4,200 | 5 days |
$md$),

    ('pricing', 'marketing', 'Pricing', '/pricing/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Pricing', 'A base fee and a price per shopper. No licences, no minimum contract, and the calculator shows the whole sum.',
     '{"menu": "Pricing", "menu_order": 20}',
$md$
## Three studies, priced

| Study | Designs or claims | Shoppers | Price |
|:--|:--|--:|--:|
| Quick check | 2 designs | 400 | $4,700 |
| Claims screen | 6 claims | 900 | $8,200 |
| Full shelf test | 4 designs | 1,200 | $10,300 |

A study is **$1,900** for setting up the shelf, checking receipts and writing the report, and **$7** for
each shopper who completes it. That is the price list.
$md$),

    ('customers', 'marketing', 'Customers', '/customers/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Customers', 'What brands tested, what they found, and what happened when the pack reached the shelf.',
     '{"menu": "Customers", "menu_order": 30}',
$md$
# What happened next

A test is only as good as the day the pack reaches the shelf. We go back to every customer after
twelve weeks and compare what we said with what was sold. When we were wrong, that is in the case
study too.

<small>Sample data: the brands, people and figures on this page are invented.</small>
$md$),

    ('customers-oat-and-ember', 'marketing', 'Case study: Oat & Ember', '/customers/oat-and-ember/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Oat & Ember: the pouch nobody had voted for', 'Four granola pouches, 1,200 shoppers, and a favourite that came last.',
     '{}',
$md$
# The pouch nobody had voted for

Oat & Ember sells granola in 900 stores across the Midwest. Its cream-coloured pouch had been copied so
often that, in the team's own words, *our pack had become the category's wallpaper*.

<small>Sample data: the brand, its people and its figures are invented.</small>

<img src="/assets/branding/pouches.svg" width="1200" height="720" alt="Four granola pouches side by side: cream, striped, kraft with a window, and charcoal with one orange edge.">

**In one sentence:** the pouch that was added to make the others look safe was found in 5.1 seconds
instead of 8.4, taken by 22 of 100 shoppers instead of 14, and has sold 11&nbsp;% faster ever since.

## The question

Four designs were on the table. The team loved **Stripe**. The founder loved the pack as it was. The
agency had added **Ember**, a charcoal pouch with one orange edge, mostly to make the others look safe.

They agreed on one thing before the test, in writing: a design has to gain at least **six points** of
purchase share, or the cream pouch stays. A redesign costs new plates, new trays and half a year of
explaining. “A bit better” was not going to pay for that.

## What we did

1. Built the cereal aisle of a regional grocer: 64 facings, 11 competitors, real prices.
2. Showed each of 1,200 granola buyers one of the four shelves, 300 per design.
3. Sent them for granola and measured what happened.

No shopper saw two designs, and none was told that packs were the subject. Eight minutes later they had
chosen, paid and answered four questions, which came after the till and not before it.

## What we found

**Ember** was found in 5.1 seconds, against 8.4 for the current pouch, and taken by 22 of 100 shoppers
instead of 14. **Stripe** was liked best when shown alone and found last: on the shelf it joined the
stripes of two competitors.

<img src="/assets/branding/gaze.svg" width="1200" height="620" alt="A shelf in grey with patches of heat. Six numbered looks go from pack to pack; the sixth, the hottest, is the charcoal pouch.">

Looks on the shelf with Ember. The first five go to packs that shoppers already know; the sixth stays.

The reason is on the map. In a cream-coloured aisle the eye runs along the shelf until something stops
it, and the only thing that stopped it was the dark pack. Shoppers did not say so. Asked why they took
it, most said that it *looked like good granola*.
$md$),

    ('customers-brightwash', 'marketing', 'Case study: Brightwash', '/customers/brightwash/', 'sidebar-left', 'published', '2026-01-05T09:00:00Z',
     'Brightwash: one number instead of an adjective', 'Three ways to sell a cold wash, and why the plainest one won.',
     '{}',
$md$
# One number instead of an adjective

Brightwash makes laundry concentrate in Leeds. Its new formula works at 20&nbsp;°C, which saves a household
about a third of the energy of a wash, and which nobody believes.

<small>Sample data: the brand and its figures are invented.</small>

<img src="/assets/branding/detergent.svg" width="900" height="680" alt="A blue detergent bottle whose label says: 20 degrees, removes grass stains. Beside it a stained cloth and a dial set to twenty.">

## The question

Marketing had a line about science, legal had a line that was safe, and the chemist had said something
in a meeting that somebody wrote down: *it takes out grass stains at twenty degrees*.

## What we found

The chemist won. A stain that everyone has met, and a number that they can set on their own machine,
made the claim checkable, and a claim that can be checked is believed. The word *science* cost more than
half of that belief.

## What happened

The line went on the front of the bottle, 14&nbsp;mm high. In the first twelve weeks the concentrate became
the company's best launch in six years. Complaints about stains did not rise.
$md$),

    ('shopper-panel', 'marketing', 'Shopper panel', '/shopper-panel/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'The shopper panel', 'Who takes part, how receipts are checked, and how we keep professionals out.',
     '{}',
$md$
## How somebody joins

- They sign up with a receipt from a grocery shop, and a second one within thirty days.
- Each receipt is read by software and one in twenty by a person.
- They take part in at most **two studies a month**, and never twice in one category within ninety days.
- A session is one errand on one shelf, and takes a shopper about **eight minutes**.

## How we keep professionals out

| Signal | What we do |
|---|---|
| the same receipt from two accounts | both accounts are closed |
| a shelf finished in under three seconds | the answer is dropped and replaced |
| the first pack picked three times running | a person looks |

About **7&nbsp;%** of completed sessions are thrown away. You do not pay for them.
$md$),

    ('about', 'marketing', 'About', '/about/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'About TestPilot CPG', 'Nineteen people in Minneapolis and Leeds who have spent too long looking at shelves.',
     '{}',
$md$
# We have spent too long looking at shelves

Dana Whitlock started TestPilot CPG in 2019, in the back of a grocery store in Minneapolis. She was a
category manager then, and paid forty shoppers in coffee to look for a yogurt. Thirty-one of them
walked past it. The pack had won an award that spring.

Today we are a team of **nineteen people in two cities**: psychologists, store planners, statisticians,
and two former checkout staff who notice things that the rest of us do not.

## What we believe

- A small honest study beats a large leading one.
- “No difference” is a finding, and a cheap one.
- If a brand disagrees with a result, we show our working before we defend it.

## Where we are

- **Minneapolis:** 212 Third Avenue North, on the floor above the bakery
- **Leeds:** Unit 4, Tower Works, Globe Road

## Who you will meet

Four of the nineteen. One of them runs your study from the first call to the report, and picks up when
you ring.
$md$),

    ('contact', 'marketing', 'Contact', '/contact/', 'single-column', 'published', '2026-01-05T09:00:00Z',
     'Contact', 'Book a test or ask a question: a person answers within one working day.',
     '{}',
$md$
# Talk to a person

Tell us what you want to know and when the printer needs the files. You do not need a brief: most of
our studies began with a photo of the pack and one sentence.

**Write to** [hello@testpilot.example](mailto:hello@testpilot.example) **or call** [+1 (612) 555-0148](tel:+16125550148)
in Minneapolis, [+44 113 496 0172](tel:+441134960172) in Leeds. We answer within one working day, and the first
call costs nothing.
$md$),

    -- Not published yet: built only with --drafts.
    ('concept-tests', 'marketing', 'Concept tests', '/concept-tests/', 'single-column', 'draft', NULL,
     'Concept tests', 'Test the idea before there is a pack.', '{}',
$md$
# Concept tests

*Draft.* Before there is a pack there is a sentence. This page will describe how we test it, once the
pilot with Little Fern is done.
$md$)
    ON CONFLICT (page_key) DO NOTHING
    RETURNING id, page_key
), block (page_key, block_order, component_key, zone, props, conditions) AS (
    VALUES
    ('how-it-works', 100, 'hero', 'main', $json${
        "eyebrow": "Four days, start to finish",
        "title": "How a test works",
        "text": "You send artwork. We build the shelf, send in the shoppers and count what they take.",
        "actions": [
            {"label": "Price a study", "href": "/pricing/", "kind": "primary"},
            {"label": "Read a case study", "href": "/customers/oat-and-ember/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/report.svg", "width": 900, "height": 680,
            "alt": "The first page of a report on a desk. It says: Print Ember. Below are four bars, each with its margin of error."}
    }$json$, '{}'),
    ('how-it-works', 110, 'timeline', 'main', $json${
        "title": "One week in your calendar",
        "items": [
            {"when": "Monday", "title": "Send the artwork", "picture": {"src": "/assets/branding/pouches.svg", "width": 1200, "height": 720,
            "alt": "Four granola pouches side by side: cream, striped, kraft with a window, and charcoal with one orange edge."},
             "text": "Print files, or a photo if that is what there is. We render the pack in three dimensions and you approve it the same day."},
            {"when": "Tuesday", "title": "We build the shelf", "picture": {"src": "/assets/branding/shelf.svg", "width": 900, "height": 680,
            "alt": "A lit supermarket shelf of three levels. A dotted line shows a gaze that passes three packs and stops, ringed in orange, at a charcoal granola pouch."},
             "text": "Your retailer, your category, today's prices and your real neighbours, gaps and all."},
            {"when": "Wednesday", "title": "Shoppers shop", "picture": {"src": "/assets/branding/aisle.svg", "width": 1600, "height": 640,
            "alt": "A shopper pushes a trolley down a long supermarket aisle; a charcoal pouch is in the trolley."},
             "text": "Between 200 and 1,200 category buyers, each with one errand and one shelf. Doubtful sessions are replaced as they come in."},
            {"when": "Thursday", "title": "The report", "picture": {"src": "/assets/branding/studio.svg", "width": 1600, "height": 640,
            "alt": "Two people at a long test shelf in an office: one points at a pack, the other takes notes."},
             "text": "Twelve pages that begin with the answer. On Friday we go through it with you, and with whoever liked the other design."}]
    }$json$, '{}'),
    ('how-it-works', 120, 'page-content', 'main', '{}', '{}'),
    ('how-it-works', 130, 'shelf-result', 'main', $json${
        "title": "Time to find the pack, as it appears in a report",
        "designs": [
            {"name": "Current pouch", "seconds": 8.4},
            {"name": "Stripe", "seconds": 9.2},
            {"name": "Window", "seconds": 6.0},
            {"name": "Ember", "seconds": 5.1, "winner": true}]
    }$json$, '{}'),
    ('how-it-works', 135, 'comparison', 'main', $json${
        "title": "Asked in a list, or watched at a shelf",
        "text": "Both cost about the same. Only one of them is about shopping.",
        "columns": ["A survey with pictures", "A shelf test"],
        "rows": [
            {"label": "What people see", "before": "One pack at a time, alone on white", "after": "Your pack among its real neighbours, with prices and gaps"},
            {"label": "What they do", "before": "Say which one they like", "after": "Pick one, as on any errand"},
            {"label": "Who they are", "before": "Whoever is on the survey panel", "after": "Buyers of the category, with a receipt"},
            {"label": "When we ask", "before": "Before they have looked", "after": "After they have chosen, about the pack they saw"},
            {"label": "What you read", "before": "A ranking of preferences", "after": "What was found and taken, each with its margin"}]
    }$json$, '{}'),
    ('how-it-works', 140, 'call-to-action', 'main', $json${
        "title": "Curious what your shelf looks like?",
        "text": "Send a photo of the pack. We will show you the shelf we would build for it, free of charge.",
        "href": "/contact/", "label": "Send a photo", "tone": "quiet"
    }$json$, '{}'),

    ('packaging-tests', 100, 'hero', 'main', $json${
        "eyebrow": "Packaging tests",
        "title": "Seen, found, taken home",
        "text": "Up to six designs on the same shelf, each in front of its own group of shoppers, so that nobody compares and everybody shops.",
        "actions": [{"label": "Price a packaging test", "href": "/pricing/", "kind": "primary"}],
        "picture": {"src": "/assets/branding/pouches.svg", "width": 1200, "height": 720,
            "alt": "Four granola pouches side by side: cream, striped, kraft with a window, and charcoal with one orange edge."}
    }$json$, '{}'),
    ('packaging-tests', 110, 'page-content', 'main', '{}', '{}'),
    ('packaging-tests', 120, 'sample-planner', 'main', '{"start": 300, "maximum": 1200, "cells": 4}', '{}'),
    ('packaging-tests', 124, 'split-section', 'main', $json${
        "eyebrow": "Findability",
        "title": "Where the eyes go before the hand does",
        "text": "We record every look and every tap. The map shows where shoppers searched, in which order, and what they passed on the way to your pack.",
        "points": ["Seconds until the first tap, per design", "The share that names the pack after two seconds", "Neighbours that take looks from you"],
        "side": "start",
        "picture": {"src": "/assets/branding/gaze.svg", "width": 1200, "height": 620,
            "alt": "A shelf in grey with patches of heat. Six numbered looks go from pack to pack; the sixth, the hottest, is the charcoal pouch."},
        "caption": "Sample map: six looks, the last one at the charcoal pouch."
    }$json$, '{}'),
    ('packaging-tests', 126, 'split-section', 'main', $json${
        "eyebrow": "Context",
        "title": "A chiller has a rail, so ours has one too",
        "text": "A slim can once won on our shelf and lost in the shop, because the rail hides the lower third. Since then every shelf has what the real one has.",
        "action": {"label": "Read what went wrong", "href": "/customers/"},
        "picture": {"src": "/assets/branding/chiller.svg", "width": 900, "height": 680,
            "alt": "A chiller with two levels of cans. White price rails hide the lower third of every can."}
    }$json$, '{}'),
    ('packaging-tests', 130, 'tabs', 'main', $json${
        "title": "Three kinds of shelf that we build",
        "items": [
            {"label": "Ambient", "text": "Gondola shelves of four, five or six levels, with price rails, wobblers and the odd gap where a neighbour is out of stock."},
            {"label": "Chilled", "text": "Upright and open chillers, with doors where the retailer has doors and a rail across the lower third. Condensation is optional."},
            {"label": "Online", "text": "The category page of a grocery app: a thumbnail of 120 pixels, three per row, and a thumb that is already scrolling."}]
    }$json$, '{}'),
    ('packaging-tests', 140, 'call-to-action', 'main', $json${
        "title": "Bring the pack that you are unsure about",
        "text": "It is usually the one worth testing.",
        "href": "/contact/", "label": "Book a packaging test"
    }$json$, '{}'),

    ('claims-tests', 100, 'hero', 'main', $json${
        "eyebrow": "Claims tests",
        "title": "The line they believe is the line that sells",
        "text": "We print each claim on the pack, put the pack on the shelf, and ask the question after the shopping is done.",
        "actions": [
            {"label": "Price a claims screen", "href": "/pricing/", "kind": "primary"},
            {"label": "How Brightwash used it", "href": "/customers/brightwash/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/detergent.svg", "width": 900, "height": 680,
            "alt": "A blue detergent bottle whose label says: 20 degrees, removes grass stains. Beside it a stained cloth and a dial set to twenty."}
    }$json$, '{}'),
    ('claims-tests', 110, 'claim-comparison', 'main', $json${
        "title": "A granola, three promises",
        "base": "360 US granola buyers, 120 per claim",
        "claims": [
            {"text": "9 g of sugar per bowl", "believe": 77, "wouldBuy": 44, "winner": true},
            {"text": "Less sugar, same crunch", "believe": 52, "wouldBuy": 39},
            {"text": "Naturally sweet", "believe": 38, "wouldBuy": 31}]
    }$json$, '{}'),
    ('claims-tests', 115, 'split-section', 'main', $json${
        "eyebrow": "How to read it",
        "title": "Two questions make a map",
        "text": "Along the bottom: how many believe the line. Up the side: how many would buy. A claim that is only one of the two costs you the space on the front of the pack.",
        "points": ["Top right: print it", "Bottom right: true, and nobody minds", "Top left: wanted, and not believed"],
        "side": "start",
        "picture": {"src": "/assets/branding/claim-map.svg", "width": 900, "height": 680,
            "alt": "A chart of six claims by how many believe them and how many would buy. Only “9 g of sugar per bowl” is high on both."},
        "caption": "Sample data: six claims for a granola."
    }$json$, '{}'),
    ('claims-tests', 120, 'page-content', 'main', '{}', '{}'),
    ('claims-tests', 130, 'faq', 'main', $json${
        "title": "Before you ask",
        "items": [
            {"question": "How many claims can one study hold?", "answer": "Twelve. Beyond that the groups get small or the bill gets large, and usually three of the twelve say the same thing."},
            {"question": "Do you check whether a claim is legal?", "answer": "No. We test what people believe; your regulatory team decides what may be printed. We do flag claims that shoppers misread."},
            {"question": "Can you test a claim without a pack?", "answer": "Yes, on a plain mock-up. Expect belief to be a few points lower than on a finished design."}]
    }$json$, '{}'),
    ('claims-tests', 140, 'call-to-action', 'main', $json${
        "title": "Send us the lines you cannot agree on",
        "text": "Six claims, 900 shoppers, $8,200. You read the answer four days later.",
        "href": "/contact/", "label": "Book a claims test", "tone": "quiet"
    }$json$, '{}'),

    ('pricing', 100, 'hero', 'main', $json${
        "eyebrow": "Pricing",
        "title": "A base fee and a price per shopper",
        "text": "No licence, no minimum, no call to find out. Change the numbers and see the whole sum.",
        "actions": [{"label": "Book at this price", "href": "/contact/", "kind": "primary"}],
        "aside": {
            "title": "A full shelf test",
            "items": [
                {"label": "Setting up the shelf", "value": "$1,900"},
                {"label": "1,200 shoppers at $7", "value": "$8,400"},
                {"label": "Together", "value": "$10,300", "total": true}],
            "text": "Four designs, 300 shoppers each, report included."}
    }$json$, '{}'),
    ('pricing', 110, 'pricing-calculator', 'main', $json${
        "title": "Your study, priced",
        "currency": "USD",
        "basePrice": 1900,
        "perShopper": 7,
        "marketMultiplier": 0.8,
        "addons": [
            {"label": "Video replies from 20 shoppers", "price": 1200},
            {"label": "A second retailer's shelf", "price": 900},
            {"label": "Results overnight", "price": 1500}],
        "href": "/contact/",
        "label": "Book this study",
        "included": [
            "A report on the fourth working day",
            "Every answer, with the words of the shopper",
            "The gaze map of each design",
            "A call to go through it with you"]
    }$json$, '{}'),
    ('pricing', 120, 'page-content', 'main', '{}', '{}'),
    ('pricing', 130, 'tabs', 'main', $json${
        "title": "What the price covers",
        "items": [
            {"label": "Included", "text": "Pack rendering, shelf building, receipt checks, replacement of doubtful sessions, a twelve-page report and an hour to go through it."},
            {"label": "Extra", "text": "Video replies, a second retailer, overnight results and translation of your artwork. Nothing else."},
            {"label": "Never charged", "text": "Sessions we throw away, changes before the shelf is approved, and the conversation in which we tell you that you do not need a test."}]
    }$json$, '{}'),
    ('pricing', 140, 'faq', 'main', $json${
        "title": "About paying",
        "items": [
            {"question": "When do we pay?", "answer": "Half when the shelf is approved, half when the report arrives. Thirty days, by transfer or card."},
            {"question": "Is there a discount for several studies?", "answer": "Yes: ten per cent from the fourth study in a calendar year, applied to that study and every later one."},
            {"question": "What if the result is no difference?", "answer": "You pay the same, and save the cost of a redesign that would have changed nothing."},
            {"question": "Do you charge for more markets?", "answer": "Each further market is priced like the first with a discount, because the pack is already rendered. The calculator includes it."}]
    }$json$, '{}'),
    ('pricing', 150, 'call-to-action', 'main', $json${
        "title": "Not sure what size you need?",
        "text": "Tell us what depends on the answer. If 200 shoppers are enough, we say so.",
        "href": "/contact/", "label": "Talk it through"
    }$json$, '{}'),

    ('customers', 105, 'feature-grid', 'main', $json${
        "title": "Read the whole story",
        "items": [
            {"title": "Oat & Ember", "text": "Four pouches, and a favourite that came last.", "href": "/customers/oat-and-ember/",
             "picture": {"src": "/assets/branding/pouches.svg", "width": 1200, "height": 720,
            "alt": "Four granola pouches side by side: cream, striped, kraft with a window, and charcoal with one orange edge."}},
            {"title": "Brightwash", "text": "One number beat every adjective.", "href": "/customers/brightwash/",
             "picture": {"src": "/assets/branding/detergent.svg", "width": 900, "height": 680,
            "alt": "A blue detergent bottle whose label says: 20 degrees, removes grass stains. Beside it a stained cloth and a dial set to twenty."}}]
    }$json$, '{}'),
    ('customers', 110, 'data-table', 'main', $json${
        "caption": "What we said, and what was sold",
        "columns": ["Brand", "Question", "We said", "In store, after twelve weeks"],
        "rows": [
            ["Oat & Ember", "four granola pouches", "+8 points share", "+11 % velocity"],
            ["Brightwash", "three lines for a cold wash", "46 % would buy", "best launch in six years"],
            ["Marlow Creamery", "foil or paper lid", "no difference", "no difference"],
            ["Tidewater Tonic", "slim can", "+7 points share", "−1 % velocity"]]
    }$json$, '{}'),
    ('customers', 115, 'split-section', 'main', $json${
        "eyebrow": "Tidewater Tonic",
        "title": "The one we learned from",
        "text": "The slim can won on our shelf and lost in the chiller, where the bottom third is hidden by a rail. Chiller shelves in our tests have had rails ever since.",
        "side": "start",
        "picture": {"src": "/assets/branding/chiller.svg", "width": 900, "height": 680,
            "alt": "A chiller with two levels of cans. White price rails hide the lower third of every can."}
    }$json$, '{}'),
    ('customers', 120, 'testimonial', 'main', $json${
        "quote": "They told us there was no difference between the lids. That sentence saved us a tooling order.",
        "name": "Tom Marlow",
        "role": "Operations, Marlow Creamery",
        "picture": {"src": "/assets/branding/tom.svg", "width": 240, "height": 240,
            "alt": "Tom Marlow, with a beard, smiling"}
    }$json$, '{}'),
    ('customers', 130, 'call-to-action', 'main', $json${
        "title": "Your pack could be the next one here",
        "text": "We publish a case study only when the customer has read it, and then with whatever went wrong.",
        "href": "/contact/", "label": "Start a study", "tone": "quiet"
    }$json$, '{}'),

    ('customers-oat-and-ember', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Home", "href": "/"}, {"label": "Customers", "href": "/customers/"}, {"label": "Oat & Ember"}]
    }$json$, '{}'),
    ('customers-oat-and-ember', 95, 'page-content', 'main', '{}', '{}'),
    ('customers-oat-and-ember', 100, 'key-facts', 'sidebar', $json${
        "facts": [
            {"term": "Category", "detail": "Granola, Midwest grocers"},
            {"term": "Designs", "detail": "4"},
            {"term": "Shoppers", "detail": "1,200, with receipts"},
            {"term": "Margin", "detail": "±5.7 points per design"},
            {"term": "In store", "detail": "+11 % velocity in 12 weeks"}]
    }$json$, '{}'),
    ('customers-oat-and-ember', 110, 'shelf-result', 'main', $json${
        "title": "Seconds until the first tap on the pack",
        "designs": [
            {"name": "Current pouch", "seconds": 8.4},
            {"name": "Stripe", "seconds": 9.2},
            {"name": "Window", "seconds": 6.0},
            {"name": "Ember", "seconds": 5.1, "winner": true}]
    }$json$, '{}'),
    ('customers-oat-and-ember', 115, 'data-table', 'main', $json${
        "caption": "The four pouches in figures",
        "columns": ["Design", "Found in", "Named after 2 s", "Purchase share", "Against today"],
        "rows": [
            ["Ember", "5.1 s", "26%", "22%", "+8 points"],
            ["Window", "6.0 s", "17%", "16%", "no difference"],
            ["Current pouch", "8.4 s", "11%", "14%", ""],
            ["Stripe", "9.2 s", "9%", "13%", "no difference"]]
    }$json$, '{}'),
    ('customers-oat-and-ember', 120, 'testimonial', 'main', $json${
        "quote": "We walked in with a favourite and walked out with a different pouch. Twelve weeks later the buyer asked us what we had changed.",
        "name": "Priya Raman",
        "role": "Head of Brand, Oat & Ember",
        "picture": {"src": "/assets/branding/priya.svg", "width": 240, "height": 240,
            "alt": "Priya Raman, smiling, before a warm ground"}
    }$json$, '{}'),
    ('customers-oat-and-ember', 125, 'timeline', 'main', $json${
        "title": "From the report to the shelf",
        "items": [
            {"when": "Day 4", "title": "The report", "text": "“Print Ember”, on page one, with the margin beside it: eight points, give or take six."},
            {"when": "Week 3", "title": "A second look at the tray", "text": "The orange edge vanished in the shelf tray. The tray was cut lower by twelve millimetres; the pack stayed."},
            {"when": "Week 11", "title": "In 900 stores", "text": "Old and new pouches stood side by side for ten days, which is nine days longer than planned."},
            {"when": "Week 23", "title": "Twelve weeks later", "text": "Velocity is up 11 % against the same weeks of the year before; the rest of the category is up 2 %."}]
    }$json$, '{}'),
    ('customers-oat-and-ember', 130, 'callout', 'main', $json${
        "kind": "careful",
        "title": "What this study cannot say",
        "text": "It was one grocer, one category and one season. Shoppers saw Ember for the first time; whether it stops them the fortieth time is a question for the till, and we look there again after a year."
    }$json$, '{}'),
    ('customers-oat-and-ember', 140, 'call-to-action', 'main', $json${
        "title": "Four designs, 1,200 shoppers, $10,300",
        "text": "That is what a study like this one costs.",
        "href": "/pricing/", "label": "Price your own", "tone": "quiet"
    }$json$, '{}'),

    ('customers-brightwash', 90, 'breadcrumbs', 'main', $json${
        "items": [{"label": "Home", "href": "/"}, {"label": "Customers", "href": "/customers/"}, {"label": "Brightwash"}]
    }$json$, '{}'),
    ('customers-brightwash', 95, 'page-content', 'main', '{}', '{}'),
    ('customers-brightwash', 100, 'key-facts', 'sidebar', $json${
        "facts": [
            {"term": "Category", "detail": "Laundry concentrate, UK"},
            {"term": "Claims", "detail": "3"},
            {"term": "Shoppers", "detail": "450, 150 per claim"},
            {"term": "Margin", "detail": "±8.0 points per claim"},
            {"term": "In store", "detail": "best launch in six years"}]
    }$json$, '{}'),
    ('customers-brightwash', 110, 'claim-comparison', 'main', $json${
        "title": "The same detergent, three ways to say it",
        "base": "450 UK laundry buyers, 150 per claim",
        "claims": [
            {"text": "Removes grass stains at 20 °C", "believe": 71, "wouldBuy": 46, "winner": true},
            {"text": "Cleans like 40, washes at 20", "believe": 58, "wouldBuy": 41},
            {"text": "Freshness backed by science", "believe": 33, "wouldBuy": 22}]
    }$json$, '{}'),
    ('customers-brightwash', 120, 'score-badge', 'main',
         '{"score": 71, "passMark": 60, "label": "Belief in the winning claim"}', '{}'),
    ('customers-brightwash', 140, 'call-to-action', 'main', $json${
        "title": "Three claims, 450 shoppers, $5,050",
        "text": "That is what a test of this size costs, report and receipts included.",
        "href": "/pricing/", "label": "Price your own", "tone": "quiet"
    }$json$, '{}'),

    ('shopper-panel', 100, 'hero', 'main', $json${
        "eyebrow": "The shopper panel",
        "title": "48,200 people who buy groceries",
        "text": "They are not a sample of everyone. They are a sample of the people who stand in front of your shelf, and they can show the receipt.",
        "actions": [
            {"label": "Price a study", "href": "/pricing/", "kind": "primary"},
            {"label": "What we keep about them", "href": "/privacy/", "kind": "secondary"}],
        "picture": {"src": "/assets/branding/receipt.svg", "width": 900, "height": 680,
            "alt": "A grocery receipt with one line marked, beside a phone that shows a shelf and a green tick."}
    }$json$, '{}'),
    ('shopper-panel', 110, 'stats-band', 'main', $json${
        "items": [
            {"value": "48,200", "label": "active members", "trend": "+6,100 this year"},
            {"value": "2.1", "label": "receipts a week, on average"},
            {"value": "7%", "label": "of sessions thrown away"}]
    }$json$, '{}'),
    ('shopper-panel', 115, 'page-content', 'main', '{}', '{}'),
    ('shopper-panel', 120, 'split-section', 'main', $json${
        "eyebrow": "What shoppers earn",
        "title": "Two to four dollars, paid the same day",
        "text": "That is fair for eight minutes. It is not enough to make a living, which is the point: a panel that pays well fills up with people who answer for the money.",
        "points": ["One errand, on their own phone", "Paid whichever pack they pick", "Receipts deleted within seven days"],
        "side": "start",
        "picture": {"src": "/assets/branding/errand.svg", "width": 900, "height": 680,
            "alt": "A phone with an errand: you are out of granola, pick one. Below are two boards of packs, one of them framed. A note says: three dollars, paid today."}
    }$json$, '{}'),
    ('shopper-panel', 130, 'faq', 'main', $json${
        "title": "About the sample",
        "items": [
            {"question": "Can we choose who takes part?", "answer": "Yes, by what they bought: category, brand, retailer and how often, each from receipts of the last 90 days. Age and household size can be set as quotas."},
            {"question": "Can we ask our own customers?", "answer": "Yes. Send them a link and a receipt from your brand is enough to join. They are reported apart from the panel."},
            {"question": "Do shoppers know who is asking?", "answer": "No. They get an errand, and are told that the study is about shopping. The brand is not named before they have chosen."}]
    }$json$, '{}'),
    ('shopper-panel', 140, 'call-to-action', 'main', $json${
        "title": "Is your shopper among them?",
        "text": "Name the category and the retailer. We tell you the same day how many buyers we can reach.",
        "href": "/contact/", "label": "Ask for a count"
    }$json$, '{}'),

    ('about', 90, 'page-content', 'main', '{}', '{}'),
    ('about', 91, 'contact-card', 'main', $json${
        "name": "Dana Whitlock", "role": "Founder, Minneapolis",
        "email": "dana@testpilot.example",
        "note": "Ran the yogurt category for eleven years before she counted who walked past it",
        "picture": "/assets/branding/dana.svg"
    }$json$, '{}'),
    ('about', 92, 'contact-card', 'main', $json${
        "name": "Owen Hartley", "role": "Studies, Leeds",
        "email": "owen@testpilot.example",
        "note": "Opened the second shelf in 2021. Claims, languages, and tea",
        "picture": "/assets/branding/owen.svg"
    }$json$, '{}'),
    ('about', 93, 'contact-card', 'main', $json${
        "name": "Mei Tan", "role": "Statistics, Minneapolis",
        "email": "mei@testpilot.example",
        "note": "Puts the margin beside every figure, and says no to the ones without",
        "picture": "/assets/branding/mei.svg"
    }$json$, '{}'),
    ('about', 94, 'contact-card', 'main', $json${
        "name": "Hana Kovac", "role": "Shelves, Leeds",
        "email": "hana@testpilot.example",
        "note": "Six years at a checkout. Builds every shelf, gaps and all",
        "picture": "/assets/branding/hana.svg"
    }$json$, '{}'),
    ('about', 105, 'picture-band', 'main', $json${
        "title": "Six metres of shelf, restocked every Tuesday",
        "text": "Every study is tried out here first, by whoever walks past it on the way to the coffee.",
        "picture": {"src": "/assets/branding/studio.svg", "width": 1600, "height": 640,
            "alt": "Two people at a long test shelf in an office: one points at a pack, the other takes notes."}
    }$json$, '{}'),
    ('about', 108, 'timeline', 'main', $json${
        "title": "How it went so far",
        "items": [
            {"when": "2019", "title": "Forty shoppers, paid in coffee", "text": "Thirty-one of them walk past a yogurt whose pack has won an award that spring. The back room of the store becomes an office."},
            {"when": "2021", "title": "A second shelf, in Leeds", "text": "The same study in two countries, on the same day, with different neighbours on the shelf."},
            {"when": "2023", "title": "The slim can", "text": "Our first clear winner that loses in store. We publish it, build rails into our chillers and test everything chilled again."},
            {"when": "Today", "title": "612 designs a year", "text": "Nine in ten winners also win in store. We still go and look at the tenth."}]
    }$json$, '{}'),
    ('about', 120, 'call-to-action', 'main', $json${
        "title": "Come and look at a shelf with us",
        "text": "Both offices have one, six metres long, restocked every Tuesday.",
        "href": "/contact/", "label": "Visit us", "tone": "quiet"
    }$json$, '{}'),

    ('contact', 90, 'page-content', 'main', '{}', '{}'),
    ('contact', 100, 'contact-form', 'main', $json${
        "email": "hello@testpilot.example",
        "subject": "A test for our pack",
        "fields": [
            {"name": "Name", "label": "Your name", "autocomplete": "name", "required": true},
            {"name": "Email", "label": "Work e-mail", "kind": "email", "autocomplete": "email", "required": true},
            {"name": "Company", "label": "Company or brand", "autocomplete": "organization"},
            {"name": "Print-date", "label": "Files due at the printer"},
            {"name": "Question", "label": "What do you have to decide?", "kind": "long", "required": true,
             "hint": "For example: two pouches, and the buyer wants an answer by March."}],
        "label": "Write the mail",
        "note": "Opens your mail program with these answers in a message to hello@testpilot.example. You can read it before you send it.",
        "direct": {
            "title": "Or without the form",
            "text": "Your own mail program does as well, and so does a photo of the pack.",
            "pointsTitle": "Good to have at hand",
            "points": ["Artwork, as a print file or a photo", "The shelf it will stand on: retailer, category, price", "The decision that depends on the answer"],
            "places": [
                {"name": "Minneapolis", "address": "212 Third Avenue North", "hours": "Open Monday to Friday, 8:30 to 17:30 Central"},
                {"name": "Leeds", "address": "Unit 4, Tower Works, Globe Road", "hours": "Open Monday to Friday, 9:00 to 17:30 UK time"}]}
    }$json$, '{}'),
    ('contact', 110, 'contact-card', 'main', $json${
        "name": "Dana Whitlock", "role": "Founder, Minneapolis",
        "email": "dana@testpilot.example", "phone": "+1 (612) 555-0148",
        "note": "Packaging and anything chilled",
        "picture": "/assets/branding/dana.svg"
    }$json$, '{}'),
    ('contact', 120, 'contact-card', 'main', $json${
        "name": "Owen Hartley", "role": "Studies, Leeds",
        "email": "owen@testpilot.example", "phone": "+44 113 496 0172",
        "note": "Claims, languages, and tea",
        "picture": "/assets/branding/owen.svg"
    }$json$, '{}'),
    ('contact', 125, 'step-list', 'main', $json${
        "title": "What happens next",
        "items": [
            {"title": "We read it the same day", "text": "Dana or Owen answers, not a queue. If a test will not help you, that is the answer."},
            {"title": "Twenty minutes on the phone", "text": "You tell us what depends on it; we suggest designs, shoppers and a date."},
            {"title": "One page with a price", "text": "The shelf, the questions and the sum, as the calculator has it. The price is valid for thirty days."},
            {"title": "Your shelf, for approval", "text": "Send the artwork and see your pack among its neighbours the next day. Nothing is charged before."}]
    }$json$, '{}'),
    ('contact', 130, 'faq', 'main', $json${
        "title": "Before you write",
        "items": [
            {"question": "When can you begin?", "answer": "The day after you approve the shelf. If the printer is waiting, results overnight can be added."},
            {"question": "Will you sign a confidentiality agreement?", "answer": "Yes, yours or ours. Shoppers see your pack once, on their own screen, and cannot save it."},
            {"question": "Who sees what we send?", "answer": "The person who runs your study and the one who builds the shelf. Artwork is deleted ninety days after the report."},
            {"question": "Can we visit?", "answer": "Please do. Both offices have a shelf six metres long, and there is always coffee. Ring first, so that somebody is in."}]
    }$json$, '{}'),
    ('contact', 1, 'robbie-bar', 'header', $json${
        "greeting": "In a hurry? The calculator has a price for you in ten seconds.",
        "mood": "energetic",
        "href": "/pricing/",
        "label": "Price a study",
        "chat": "/chat/"
    }$json$, '{}'),

    ('concept-tests', 110, 'callout', 'main', $json${
        "kind": "careful", "title": "Draft", "text": "Nothing on this page has been agreed with Little Fern yet."
    }$json$, '{}')
)
INSERT INTO robbieblocks_page_blocks
    (page_id, component_id, block_order, zone, props, conditions)
SELECT page.id, component.id, block.block_order, block.zone,
       block.props::jsonb, block.conditions::jsonb
FROM page
JOIN block USING (page_key)
LEFT JOIN robbieblocks_components AS component USING (component_key);
