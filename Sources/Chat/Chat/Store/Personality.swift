/// The name, mood and manner of a node's assistant.
struct Personality: Hashable, Sendable {
    var node: String
    /// The key of a row of `ai_personalities`; nil when none was chosen.
    var key: String?
    var name = "Robbie"
    /// An admin's text that begins every prompt.
    var instructions: String?
    /// 1 to 7; see `moodNames`.
    var mood: Int
    /// Such as "assistant", in an admin's words.
    var mode: String
    /// 1, as peaceful as Gandhi, to 10, as forceful as Genghis Khan.
    var gandhiGenghis: Int
    /// 0 to 100: how long its answers are.
    var energy: Int
    /// 0 to 100: how closely it keeps to the subject.
    var focus: Int

    /// The personality of a node without a row; arguments replace the defaults.
    init(
        node: String, mood: Int = 4, mode: String = "assistant", gandhiGenghis: Int = 5,
        energy: Int = 50, focus: Int = 50
    ) {
        self.node = node
        self.mood = mood
        self.mode = mode
        self.gandhiGenghis = gandhiGenghis
        self.energy = energy
        self.focus = focus
    }

    /// Names of the moods from 1 to 7.
    static let moodNames = [
        "calm", "relaxed", "focused", "professional", "energetic", "excited", "hyper",
    ]

    var moodName: String { Self.moodNames[min(max(mood, 1), 7) - 1] }
}

/// Changes to a personality; nil leaves a value as it is.
struct PersonalityChange: Hashable, Sendable {
    /// The key of a row of `ai_personalities`.
    var key: String?
    var mood: Int?
    var mode: String?
    var gandhiGenghis: Int?
    var energy: Int?
    var focus: Int?

    init() {}

    /// The first error in the changes; nil when they are valid.
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
