/// Who speaks for a node, and how it is tempered at present.
public struct Personality: Hashable, Sendable {
    public var node: String
    /// The key of a row of `ai_personalities`; nil when none was chosen.
    public var key: String?
    public var name: String?
    /// What a prompt begins with.
    public var instructions: String?
    /// 1 calm, 2 relaxed, 3 focused, 4 professional, 5 energetic, 6 excited, 7 hyper.
    public var mood = 4
    public var mode = "assistant"
    /// From 1, the gentlest, to 10, the most forceful.
    public var gandhiGenghis = 5
    /// 0 to 100.
    public var energy = 50
    /// 0 to 100.
    public var focus = 50

    /// What a node has of which nobody said anything.
    public init(node: String) { self.node = node }

    /// What the moods are called, from 1 on.
    public static let moodNames = [
        "calm", "relaxed", "focused", "professional", "energetic", "excited", "hyper",
    ]

    public var moodName: String {
        Self.moodNames.indices.contains(mood - 1) ? Self.moodNames[mood - 1] : "professional"
    }
}

/// What is to change of a personality; nil leaves as it is.
public struct PersonalityChange: Hashable, Sendable {
    /// The key of a row of `ai_personalities`.
    public var key: String?
    public var mood: Int?
    public var mode: String?
    public var gandhiGenghis: Int?
    public var energy: Int?
    public var focus: Int?

    public init() {}

    /// What is wrong with it; nil when nothing is.
    var fault: String? {
        for (name, value, range) in [
            ("mood", mood, 1...7), ("gandhi_genghis", gandhiGenghis, 1...10),
            ("energy", energy, 0...100), ("focus", focus, 0...100),
        ] {
            if let value, !range.contains(value) {
                return "'\(name)' is from \(range.lowerBound) to \(range.upperBound)"
            }
        }
        if let mode, mode.isEmpty || mode.unicodeScalars.count > 50 || mode.utf8.contains(0) {
            return "'mode' has 1 to 50 characters"
        }
        return nil
    }
}
