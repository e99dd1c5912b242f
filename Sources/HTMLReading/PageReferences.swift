/// The addresses that a finished page leads to or loads, and what is wrong with its ids.
///
/// It is read off the HTML itself, so that links of components, layouts and menus count as much as
/// those of Markdown.
public struct PageReferences: Hashable, Sendable {
    /// What a browser does with an address.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Goes there when it is asked to.
        case link
        /// Loads it as a picture.
        case picture
        /// Loads it as audio or video.
        case media
        /// Shows it as a page within the page.
        case frame
        /// Sends the fields of a form there.
        case form
    }

    package struct Reference: Hashable, Sendable {
        package var kind: Kind
        /// As written, with character references resolved.
        package var url: String

        package init(kind: Kind, url: String) {
            self.kind = kind
            self.url = url
        }
    }

    /// Each once, in the order of the page; a link into the page itself is in it only when the page
    /// has no such anchor.
    package var references: [Reference] = []
    /// Ids that more than one element has.
    package var doubledIDs: [String] = []

    /// More than this of one page are not looked at.
    private static let limit = 5000

    /// Reads a whole page.
    package init(in html: [UInt8]) {
        var ids: Set<String> = []
        var anchors: [String] = []
        var seen: Set<Reference> = []
        html.withUnsafeBufferPointer { bytes in
            Self.forEachTag(in: bytes) { reader, name in
                guard reader.hasAttributes else { return }
                for id in Self.ids(of: name, in: reader) {
                    if !ids.insert(id).inserted, doubledIDs.count < Self.limit,
                        !doubledIDs.contains(id)
                    {
                        doubledIDs.append(id)
                    }
                }
                for (kind, url) in Self.addresses(of: name, in: reader) {
                    let reference = Reference(kind: kind, url: url)
                    guard references.count < Self.limit, seen.insert(reference).inserted else {
                        continue
                    }
                    if kind == .link, url.utf8.first == UInt8(ascii: "#") {
                        anchors.append(url)
                    } else {
                        references.append(reference)
                    }
                }
            }
        }
        for url in anchors where !Self.leads(url, to: ids) {
            references.append(Reference(kind: .link, url: url))
        }
    }

    /// The ids of a page, for links from other pages.
    package static func ids(in html: [UInt8]) -> Set<String> {
        var ids: Set<String> = []
        html.withUnsafeBufferPointer { bytes in
            forEachTag(in: bytes) { reader, name in
                ids.formUnion(Self.ids(of: name, in: reader))
            }
        }
        return ids
    }

    /// Whether a browser finds the place that the fragment names, such as `#plans`.
    ///
    /// - Parameter fragment: with its `#`, percent-encoded or not.
    package static func leads(_ fragment: String, to ids: Set<String>) -> Bool {
        let name = String(decoding: fragment.utf8.dropFirst(), as: UTF8.self)
        // Text fragments look for words, and browsers scroll to the top for the first two.
        if name.isEmpty || name == "top" || name.utf8.starts(with: ":~:".utf8) { return true }
        if ids.contains(name) { return true }
        return PercentDecoding.decoded(name).map(ids.contains) ?? false
    }

    /// The names that links can use for an element; `id` and `name` may agree.
    private static func ids(of name: Range<Int>, in reader: HTMLReader) -> [String] {
        let id = reader.attribute("id").flatMap { text(of: $0, in: reader) }
        let anchor = reader.anchorName(of: name).flatMap { text(of: $0, in: reader) }
        return [id, anchor == id ? nil : anchor].compactMap { $0 }
    }

    private static func forEachTag(
        in bytes: UnsafeBufferPointer<UInt8>, _ body: (HTMLReader, Range<Int>) -> Void
    ) {
        var reader = HTMLReader(bytes)
        while let token = reader.next() {
            guard case .startTag(let name) = token else { continue }
            body(reader, name)
            if name.count >= 5, isRawText(name, in: reader) { reader.skipRawText(of: name) }
        }
    }

    private static func isRawText(_ name: Range<Int>, in reader: HTMLReader) -> Bool {
        reader.isName(name, "script") || reader.isName(name, "style")
            || reader.isName(name, "textarea") || reader.isName(name, "title")
            || reader.isName(name, "iframe") || reader.isName(name, "noscript")
            || reader.isName(name, "xmp")
    }

    private static func addresses(
        of name: Range<Int>, in reader: HTMLReader
    ) -> [(Kind, String)] {
        func one(_ kind: Kind, _ attribute: StaticString) -> [(Kind, String)] {
            guard let range = reader.attribute(attribute),
                let url = CharacterReferences.decodedURL(reader.bytes[range])
            else { return [] }
            return [(kind, String(decoding: url, as: UTF8.self))]
        }
        func set(_ kind: Kind) -> [(Kind, String)] {
            guard let range = reader.attribute("srcset") else { return [] }
            let text = CharacterReferences.decodedText(reader.bytes[range])
            return candidates(in: text).map { (kind, $0) }
        }
        switch name.count {
        case 1 where reader.isName(name, "a"): return one(.link, "href")
        case 3 where reader.isName(name, "img"): return one(.picture, "src") + set(.picture)
        case 4 where reader.isName(name, "area"): return one(.link, "href")
        case 4 where reader.isName(name, "form"): return one(.form, "action")
        case 5 where reader.isName(name, "video"):
            return one(.media, "src") + one(.picture, "poster")
        case 5 where reader.isName(name, "audio"), 5 where reader.isName(name, "track"):
            return one(.media, "src")
        case 5 where reader.isName(name, "embed"): return one(.frame, "src")
        case 5 where reader.isName(name, "input"): return one(.picture, "src")
        case 6 where reader.isName(name, "source"): return one(.media, "src") + set(.picture)
        case 6 where reader.isName(name, "iframe"): return one(.frame, "src")
        case 6 where reader.isName(name, "object"): return one(.frame, "data")
        default: return []
        }
    }

    /// The addresses of `srcset="a.png 1x, b.png 2x"`.
    private static func candidates(in set: [UInt8]) -> [String] {
        var found: [String] = []
        var index = 0
        let isSpace = { (byte: UInt8) in byte <= 0x20 }
        while index < set.count {
            while index < set.count, isSpace(set[index]) || set[index] == UInt8(ascii: ",") {
                index += 1
            }
            let start = index
            while index < set.count, !isSpace(set[index]) { index += 1 }
            var end = index
            let endsCandidate = end > start && set[end - 1] == UInt8(ascii: ",")
            while end > start, set[end - 1] == UInt8(ascii: ",") { end -= 1 }
            if end > start { found.append(String(decoding: set[start..<end], as: UTF8.self)) }
            guard !endsCandidate else { continue }
            while index < set.count, set[index] != UInt8(ascii: ",") { index += 1 }
        }
        return found
    }

    private static func text(of range: Range<Int>, in reader: HTMLReader) -> String? {
        guard !range.isEmpty, range.count <= 1024 else { return nil }
        return String(decoding: CharacterReferences.decodedText(reader.bytes[range]), as: UTF8.self)
    }
}
