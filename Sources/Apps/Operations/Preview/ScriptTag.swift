/// The element that brings the preview's script into a page.
struct ScriptTag: Hashable, Sendable {
    /// The release that the page is of, or an older one; nil while nothing is published.
    var release: Int?
    /// Whether the page stands for one that does not exist.
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

    /// Puts the element where a document's head begins: it changes neither the layout nor what is
    /// first or last in the body. A document that leaves out its head gets it at the end.
    func insert(into page: [UInt8]) -> [UInt8] {
        let place = Self.startOfHead(of: page) ?? page.count
        return page[..<place] + Array(html.utf8) + page[place...]
    }

    /// The offset behind `<head>`, comments passed over.
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

    /// The offset behind the tag whose name ends at `start`; nil when the name goes on there.
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
