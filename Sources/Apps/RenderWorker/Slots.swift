/// Places in a rendered page that are filled with the bytes of separately rendered pieces.
///
/// A slot is an empty element with an unpredictable name, so that neither text nor a component's
/// own markup can be mistaken for one. The name never appears in a finished page.
struct Slots {
    private let prefix: String
    private let opening: [UInt8]
    private static let closing = Array("\"></rb-slot>".utf8)

    init() {
        prefix = String(UInt64.random(in: .min ... .max), radix: 36) + "-"
        opening = Array("<rb-slot name=\"\(prefix)".utf8)
    }

    /// Returns the name of the slot for the piece at `index`.
    func name(_ index: Int) -> String { prefix + String(index) }

    /// - Parameter piece: returns the bytes for the slot of an index.
    func fill(_ shell: [UInt8], with piece: (Int) -> [UInt8]) -> [UInt8] {
        var html: [UInt8] = []
        html.reserveCapacity(shell.count * 2)
        var copied = 0
        var index = 0
        while index < shell.count {
            guard shell[index] == UInt8(ascii: "<"), matches(opening, in: shell, at: index) else {
                index += 1
                continue
            }
            var end = index + opening.count
            var number = 0
            while end < shell.count, (0x30...0x39).contains(shell[end]), number < 1 << 32 {
                number = number * 10 + Int(shell[end] - 0x30)
                end += 1
            }
            html.append(contentsOf: shell[copied..<index])
            html.append(contentsOf: piece(number))
            index = end + Self.closing.count
            copied = index
        }
        html.append(contentsOf: shell[copied...])
        return html
    }

    private func matches(_ word: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
        index + word.count <= bytes.count
            && word.indices.allSatisfy { bytes[index + $0] == word[$0] }
    }
}
