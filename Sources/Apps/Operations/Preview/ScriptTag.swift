/// The element that loads the preview's script in a page.
struct ScriptTag: Hashable, Sendable {
    /// The page's release or an older one; nil while nothing is published.
    var release: Int?
    /// Whether the page is a placeholder for a missing one.
    var isMissing: Bool

    static let folder = "/_robbieblocks/"

    var html: String {
        var query: [String] = []
        if let release { query.append("release=\(release)") }
        if isMissing { query.append("missing") }
        let address = Self.folder + "live.js" + (query.isEmpty ? "" : "?")
        return
            "<script type=\"module\" src=\"\(address)\(query.joined(separator: "&amp;"))\"></script>"
    }

    /// Inserts the element at the start of the document's head, where it changes neither the layout
    /// nor the first and last elements of the body. A document without a head gets it at the end.
    func insert(into page: [UInt8]) -> [UInt8] {
        let place = Self.startOfHead(of: page) ?? page.count
        return page[..<place] + Array(html.utf8) + page[place...]
    }

    /// Returns the offset after `<head>`, skipping comments.
    private static func startOfHead(of page: [UInt8]) -> Int? {
        let comment = Array("<!--".utf8)
        let name = Array("<head".utf8)
        var index = 0
        while let next = page[index...].firstIndex(of: UInt8(ascii: "<")) {
            let rest = page[next...]
            if rest.starts(with: comment) {
                guard let end = endOfComment(of: page, from: next + comment.count) else {
                    return nil
                }
                index = end
            } else if rest.prefix(name.count).map({ $0 | 0x20 }) == name.map({ $0 | 0x20 }),
                let end = endOfTag(of: page, from: next + name.count)
            {
                return end
            } else {
                index = next + 1
            }
        }
        return nil
    }

    private static func endOfComment(of page: [UInt8], from start: Int) -> Int? {
        var index = start
        while let next = page[index...].firstIndex(of: UInt8(ascii: ">")) {
            if page[..<next].suffix(2).elementsEqual("--".utf8) { return next + 1 }
            index = next + 1
        }
        return nil
    }

    /// Returns the offset after the tag whose name ends at `start`; nil when the name continues
    /// there.
    private static func endOfTag(of page: [UInt8], from start: Int) -> Int? {
        var quote: UInt8?
        for index in start..<page.count {
            let byte = page[index]
            if index == start, byte > 0x20, byte != UInt8(ascii: ">"), byte != UInt8(ascii: "/") {
                return nil
            }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            }
        }
        return nil
    }
}
