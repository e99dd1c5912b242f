package import Core

/// The URLs that a finished page links to or loads, and the errors in its ids.
///
/// They are read from the HTML itself, so that links in components, layouts and menus count as well
/// as those in Markdown.
public struct PageReferences: Hashable, Sendable {
    /// How a browser uses a URL.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Follows it on request.
        case link
        /// Loads it as an image.
        case picture
        /// Loads it as audio or video.
        case media
        /// Shows it as a page within the page.
        case frame
        /// Opens it with a plug-in.
        case plugin
        /// Runs it, or the element's own code when the URL is empty.
        case script
        /// Applies it as a style sheet, or the element's own rules when the URL is empty.
        case style
        /// Sends a form's fields there.
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

    /// Each URL once, in the order of the page. A link into the page itself is included only when
    /// its anchor is missing.
    package var references: [Reference] = []
    /// Ids of more than one element.
    package var doubledIDs: [String] = []

    /// The most references checked on one page.
    private static let limit = 5000

    /// Reads a complete page.
    package init(in html: [UInt8]) {
        var ids: Set<ExactText> = []
        var names: Set<ExactText> = []
        var doubled: Set<ExactText> = []
        var anchors: [String] = []
        var seen: Set<Reference> = []
        var hasBase = false
        html.withUnsafeBufferPointer { bytes in
            Self.forEachTag(in: bytes) { reader, name in
                if let id = reader.attribute("id").flatMap({ Self.text(of: $0, in: reader) }) {
                    if !ids.insert(ExactText(id)).inserted, doubledIDs.count < Self.limit,
                        doubled.insert(ExactText(id)).inserted
                    {
                        doubledIDs.append(id)
                    }
                }
                if let range = reader.anchorName(of: name),
                    let anchor = Self.text(of: range, in: reader)
                {
                    names.insert(ExactText(anchor))
                }
                hasBase = hasBase || reader.isName(name, "base")
                for (kind, url) in Self.addresses(of: name, in: reader) {
                    let reference = Reference(kind: kind, url: url)
                    guard seen.count < Self.limit, seen.insert(reference).inserted else {
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
        ids.formUnion(names)
        for url in anchors where !Self.leads(url, to: ids) {
            references.append(Reference(kind: .link, url: url))
        }
        // Only the author of such a page knows what a relative URL means.
        if hasBase {
            references.removeAll { reference in
                !reference.url.isEmpty && !reference.url.hasUTF8Prefix("/")
                    && !reference.url.containsUTF8(":")
            }
        }
    }

    /// Returns the ids of a page, for links from other pages.
    package static func ids(in html: [UInt8]) -> Set<ExactText> {
        var ids: Set<ExactText> = []
        html.withUnsafeBufferPointer { bytes in
            forEachTag(in: bytes) { reader, name in
                for range in [reader.attribute("id"), reader.anchorName(of: name)] {
                    guard let id = range.flatMap({ text(of: $0, in: reader) }) else { continue }
                    ids.insert(ExactText(id))
                }
            }
        }
        return ids
    }

    /// Whether a browser finds the target of the fragment, such as `#plans`.
    ///
    /// - Parameter fragment: with its `#`, percent-encoded or not.
    package static func leads(_ fragment: String, to ids: Set<ExactText>) -> Bool {
        let whole = fragment.droppingUTF8Prefix("#") ?? fragment[...]
        // Browsers search for the text after `:~:` and for the anchor before it.
        let end = whole.firstUTF8Range(of: ":~:")?.lowerBound ?? whole.endIndex
        let name = String(whole[..<end])
        if name.isEmpty || ids.contains(ExactText(name)) { return true }
        guard let decoded = PercentDecoding.decoded(name) else { return false }
        return ids.contains(ExactText(decoded)) || decoded.lowercased() == "top"
    }

    private static func forEachTag(
        in bytes: UnsafeBufferPointer<UInt8>, _ body: (HTMLReader, Range<Int>) -> Void
    ) {
        var reader = HTMLReader(bytes)
        while let token = reader.next() {
            guard case .startTag(let name) = token else { continue }
            body(reader, name)
            if name.count >= 3, isRawText(name, in: reader) { reader.skipRawText(of: name) }
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
        let handler: [(Kind, String)] = hasHandler(reader) ? [(.script, "")] : []
        return handler + own(of: name, in: reader)
    }

    /// Whether an attribute such as `onclick` holds code; React writes none.
    private static func hasHandler(_ reader: HTMLReader) -> Bool {
        (0..<reader.attributeCount).contains { index in
            let name = reader.attributeName(index)
            return name.count > 4 && reader.isName(name.prefix(2), "on")
        }
    }

    private static func own(of name: Range<Int>, in reader: HTMLReader) -> [(Kind, String)] {
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
        case 4 where reader.isName(name, "link"):
            return isStyleSheet(reader) ? one(.style, "href") : []
        case 4 where reader.isName(name, "meta"):
            // Other sites load it, so it may be on any host, like a link.
            return isSocialImage(reader) ? one(.link, "content") : []
        case 5 where reader.isName(name, "image"): return one(.picture, "href")
        case 5 where reader.isName(name, "style"): return [(.style, "")]
        case 5 where reader.isName(name, "video"):
            return one(.media, "src") + one(.picture, "poster")
        case 5 where reader.isName(name, "audio"), 5 where reader.isName(name, "track"):
            return one(.media, "src")
        case 5 where reader.isName(name, "embed"): return one(.plugin, "src")
        case 5 where reader.isName(name, "input"):
            return one(.picture, "src") + one(.form, "formaction")
        case 6 where reader.isName(name, "source"): return one(.media, "src") + set(.picture)
        case 6 where reader.isName(name, "iframe"): return one(.frame, "src")
        case 6 where reader.isName(name, "object"): return one(.plugin, "data")
        case 6 where reader.isName(name, "button"): return one(.form, "formaction")
        case 6 where reader.isName(name, "script"):
            if reader.attribute("src") != nil { return one(.script, "src") }
            return isProgram(reader) ? [(.script, "")] : []
        default: return []
        }
    }

    private static func isStyleSheet(_ reader: HTMLReader) -> Bool {
        guard let range = reader.attribute("rel") else { return false }
        return reader.name(range) == "stylesheet"
    }

    private static func isSocialImage(_ reader: HTMLReader) -> Bool {
        guard let range = reader.attribute("property") else { return false }
        return reader.name(range) == "og:image"
    }

    /// Whether a script without a URL is code to run, and not data.
    private static func isProgram(_ reader: HTMLReader) -> Bool {
        guard let range = reader.attribute("type"), !range.isEmpty else { return true }
        return reader.isName(range, "module") || reader.isName(range, "text/javascript")
    }

    /// Returns the URLs of `srcset="a.png 1x, b.png 2x"`.
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
