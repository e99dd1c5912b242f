import Core

extension Personality {
    /// The form in the API.
    func json(type: String? = nil) -> [UInt8] {
        var json = JSONBytes(capacity: 256)
        json.object {
            if let type { $0.member("type", type) }
            $0.member("node", node)
            $0.member("mood", mood)
            $0.member("mood_name", moodName)
            $0.member("mode", mode)
            $0.member("gandhi_genghis", gandhiGenghis)
            $0.member("energy", energy)
            $0.member("focus", focus)
        }
        return json.bytes
    }
}
