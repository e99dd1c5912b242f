import JSON
import Knowledge

/// The one shared temper of a node, as every widget shows it.
struct NodePersonality: Hashable, Sendable {
    /// 1 to 7.
    var mood = 4
    var mode = "assistant"
    /// 1 to 10.
    var gandhiGenghis = 5
    /// 0 to 100.
    var energy = 50
    /// 0 to 100.
    var focus = 50
    /// Of the one who speaks.
    var name = "Robbie"
    /// What an admin has written for the one who speaks.
    var instructions = ""

    /// How it is told to a model.
    var temper: PromptPersonality {
        PromptPersonality(
            mood: mood, mode: mode, gandhiGenghis: gandhiGenghis, energy: energy, focus: focus,
            name: name, instructions: instructions)
    }

    /// As the API has it.
    func json(of node: String, type: String? = nil) -> [UInt8] {
        var json = JSONBytes(capacity: 256)
        json.object {
            if let type { $0.member("type", type) }
            $0.member("node", node)
            $0.member("mood", mood)
            $0.member("mood_name", temper.moodName)
            $0.member("mode", mode)
            $0.member("gandhi_genghis", gandhiGenghis)
            $0.member("energy", energy)
            $0.member("focus", focus)
        }
        return json.bytes
    }
}
