/// Finds the word of the site's pages that a misspelled word is nearest to.
struct Spelling: Sendable {
    private struct Word: Sendable {
        var scalars: [UInt32]
        /// A bit set of the word's letters: filters candidates without comparing letters.
        var letters: UInt64
        /// Number of passages that have the word.
        var count: Int
        var text: String
    }

    /// A shorter word is nearer to other words than to the intended one.
    private static let shortest = 4
    private static let longest = 32
    /// The length from which one different letter is accepted.
    private static let certain = 6
    private let byLength: [[Word]]

    /// - Parameter words: in lower case → how many passages have each.
    init(_ words: [String: Int]) {
        var byLength = [[Word]](repeating: [], count: Self.longest + 1)
        for (text, count) in words {
            let scalars = text.unicodeScalars.map(\.value)
            guard (Self.shortest...Self.longest).contains(scalars.count) else { continue }
            byLength[scalars.count].append(
                Word(scalars: scalars, letters: Self.letters(of: scalars), count: count, text: text)
            )
        }
        self.byLength = byLength
    }

    /// Returns the intended word: one letter away, or two in a long word.
    ///
    /// - Parameter word: in lower case, and not one of the known words.
    func nearest(to word: String) -> String? {
        let scalars = word.unicodeScalars.map(\.value)
        guard (Self.shortest...Self.longest).contains(scalars.count) else { return nil }
        let limit = scalars.count < 8 ? 1 : 2
        let letters = Self.letters(of: scalars)
        var best: (distance: Int, word: Word)?
        for length in max(
            Self.shortest, scalars.count - limit)...min(Self.longest, scalars.count + limit)
        {
            for known in byLength[length] {
                // A change of one letter changes at most two bits.
                guard (known.letters ^ letters).nonzeroBitCount <= 2 * limit,
                    known.scalars[0] == scalars[0] || known.scalars[0] == scalars[1],
                    let distance = Self.distance(scalars, known.scalars, limit: limit)
                else { continue }
                // In a short word only two swapped letters are certain to be a typing error:
                // "reset" is not "rest".
                if scalars.count < Self.certain, !Self.areSwapped(scalars, known.scalars) {
                    continue
                }
                if let best {
                    let isBetter =
                        (distance, -known.count, known.text)
                        < (best.distance, -best.word.count, best.word.text)
                    guard isBetter else { continue }
                }
                best = (distance, known)
            }
        }
        return best?.word.text
    }

    private static func letters(of scalars: [UInt32]) -> UInt64 {
        scalars.reduce(0) { $0 | 1 << UInt64($1 % 64) }
    }

    private static func areSwapped(_ one: [UInt32], _ other: [UInt32]) -> Bool {
        one.count == other.count && one.sorted() == other.sorted()
    }

    /// Returns the number of letters to change, omit, insert or swap with the next; nil when that
    /// exceeds `limit`.
    static func distance(_ one: [UInt32], _ other: [UInt32], limit: Int) -> Int? {
        var before: [Int] = []
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var line = [row + 1]
            line.reserveCapacity(other.count + 1)
            for (column, against) in other.enumerated() {
                var least = min(
                    last[column] + (letter == against ? 0 : 1), last[column + 1] + 1,
                    line[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == against {
                    least = min(least, before[column - 1] + 1)
                }
                line.append(least)
            }
            if line.allSatisfy({ $0 > limit }) { return nil }
            (before, last) = (last, line)
        }
        let distance = last[other.count]
        return distance <= limit ? distance : nil
    }
}
