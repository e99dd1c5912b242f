import Core

/// Finds the token that an unknown key was most likely meant to name.
enum TokenNearMiss {
    /// Returns the known key that differs from `key` by one typing mistake: in its last word, its
    /// group (`colour` for `color`), its separators, or by a missing group.
    static func find(for key: String, among known: Set<String>) -> String? {
        if let same = known.sorted().first(where: { plain($0).isUTF8Equal(to: plain(key)) }) {
            return same
        }
        guard let (group, word) = parts(of: key) else {
            let meant = known.filter { parts(of: $0)?.word == key }
            return meant.count == 1 ? meant.first : nil
        }
        if let near = nearWord(word, in: group, known) { return "\(group).\(near)" }
        let groups = Set(known.compactMap { parts(of: $0)?.group })
        guard !groups.contains(group), group.utf8.count >= 4,
            let meant = nearMiss(for: group, among: groups)
        else { return nil }
        let corrected = "\(meant).\(word)"
        if known.contains(corrected) { return corrected }
        return nearWord(word, in: meant, known).map { "\(meant).\($0)" }
    }

    /// A word with few letters, or with digits, is close to too many others, so it has no near
    /// match.
    private static func nearWord(
        _ word: String, in group: String, _ known: Set<String>
    ) -> String? {
        guard word.utf8.count >= 5, !word.utf8.contains(where: { (0x30...0x39).contains($0) })
        else {
            return nil
        }
        let siblings = known.compactMap { $0.droppingUTF8Prefix(group + ".").map(String.init) }
        return nearMiss(for: word, among: siblings)
    }

    private static func parts(of key: String) -> (group: String, word: String)? {
        guard let dot = key.lastUTF8Index(of: ".") else { return nil }
        return (String(key[..<dot]), String(key[key.utf8.index(after: dot)...]))
    }

    /// Returns the key with one kind of separator.
    private static func plain(_ key: String) -> String {
        key.replacingUTF8(".", with: "-").replacingUTF8("_", with: "-")
    }
}
