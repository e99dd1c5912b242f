import SiteModel

/// Puts the rendered blocks of each zone where the layout left a slot for it.
///
/// The slot is an element, and text in a page can never hold an unescaped element, so no content
/// can be taken for one.
enum Slots {
    private static let opening = Array("<rb-slot name=\"".utf8)
    private static let closing = Array("\"></rb-slot>".utf8)

    static func fill(_ shell: [UInt8], with zones: [Zone: [UInt8]]) -> [UInt8] {
        var html: [UInt8] = []
        html.reserveCapacity(shell.count + zones.values.reduce(0) { $0 + $1.count })
        var copied = 0
        var index = 0
        while index < shell.count {
            guard shell[index] == UInt8(ascii: "<"), matches(opening, in: shell, at: index) else {
                index += 1
                continue
            }
            let nameStart = index + opening.count
            var nameEnd = nameStart
            while nameEnd < shell.count, shell[nameEnd] != UInt8(ascii: "\"") { nameEnd += 1 }
            guard matches(closing, in: shell, at: nameEnd),
                let zone = Zone(
                    rawValue: String(decoding: shell[nameStart..<nameEnd], as: UTF8.self))
            else {
                index += 1
                continue
            }
            html.append(contentsOf: shell[copied..<index])
            html.append(contentsOf: zones[zone] ?? [])
            index = nameEnd + closing.count
            copied = index
        }
        html.append(contentsOf: shell[copied...])
        return html
    }

    private static func matches(_ word: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
        index + word.count <= bytes.count
            && word.indices.allSatisfy { bytes[index + $0] == word[$0] }
    }
}
