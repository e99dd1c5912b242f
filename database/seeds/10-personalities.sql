-- Who speaks, and how each shipped node is tempered at first. Rows that exist stay as they are.

INSERT INTO ai_personalities (personality_key, name, instructions)
VALUES (
    'robbie',
    'Robbie',
    'You are Robbie, the assistant on this site. Answer from what the site says; where it says '
        'nothing, say so. Be brief and concrete, and admit what you do not know.'
)
ON CONFLICT (personality_key) DO NOTHING;

INSERT INTO ai_personality_state (node_id, personality_id, mood, gandhi_genghis)
SELECT state.node_id, personality.id, state.mood, state.gandhi_genghis
FROM (VALUES
    ('testpilot', 4, 7),
    ('vengeance-local', 4, 5),
    ('aurora-town-local', 4, 5)
) AS state (node_id, mood, gandhi_genghis)
LEFT JOIN ai_personalities AS personality ON personality.personality_key = 'robbie'
ON CONFLICT (node_id) DO NOTHING;

-- Customers who ask testpilot are not told what is on the desk of its staff, and how the site is made
-- comes after what it sells. aurora-town-local, where the staff asks, has no such rows.
INSERT INTO document_weights (node_id, route, weight)
VALUES ('testpilot', '/work/', 0), ('testpilot', '/style-guide/', 0), ('testpilot', '/code/', 0.2)
ON CONFLICT DO NOTHING;
