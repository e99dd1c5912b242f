import CCMarkGFM
import HTML

extension DocumentWriter {
    mutating func enterInline(_ node: OpaquePointer, _ type: cmark_node_type) -> Step {
        switch type {
        case CMARK_NODE_TEXT:
            let text = Self.bytes(cmark_node_get_literal(node))
            if let cut = cutText, cut.node == node {
                html.appendEscaped(UnsafeBufferPointer(rebasing: text[..<cut.length]))
            } else {
                html.appendEscaped(text)
            }
            return .done
        case CMARK_NODE_SOFTBREAK:
            html.append("\n")
            line += 1
            return .done
        case CMARK_NODE_LINEBREAK:
            html.append("<br>\n")
            line += 1
            return .done
        case CMARK_NODE_CODE:
            html.append("<code>")
            html.appendEscaped(Self.bytes(cmark_node_get_literal(node)))
            html.append("</code>")
            return .done
        case CMARK_NODE_HTML_INLINE:
            if purpose == .untrusted { return .stop }
            let raw = Self.bytes(cmark_node_get_literal(node))
            collectLinks(inRaw: raw)
            html.append(raw)
            return .done
        case CMARK_NODE_IMAGE:
            appendImage(node)
            return .done
        case CMARK_NODE_FOOTNOTE_REFERENCE:
            appendFootnoteReference(node)
            return .done
        case CMARK_NODE_EMPH:
            html.append("<em>")
        case CMARK_NODE_STRONG:
            html.append("<strong>")
        case CMARK_NODE_LINK:
            appendLinkStart(node)
        default:
            if type == types.strikethrough { html.append("<del>") }
        }
        depth += 1
        return .descend
    }

    mutating func leaveInline(_ node: OpaquePointer, _ type: cmark_node_type) {
        depth -= 1
        switch type {
        case CMARK_NODE_EMPH:
            html.append("</em>")
        case CMARK_NODE_STRONG:
            html.append("</strong>")
        case CMARK_NODE_LINK:
            if openLink == node {
                html.append("</a>")
                openLink = nil
            }
        default:
            if type == types.strikethrough { html.append("</del>") }
        }
    }

    private mutating func appendLinkStart(_ node: OpaquePointer) {
        let url = Self.bytes(cmark_node_get_url(node))
        let policy = LinkPolicy(url)
        guard openLink == nil else { return }
        guard purpose != .untrusted || policy.isAllowedAsLink else {
            omissions.add("link to", to: url, line: line)
            return
        }
        openLink = node
        record(url)
        html.append("<a href=\"")
        if purpose == .untrusted { html.append(policy.prefix) }
        appendURL(url)
        html.append(UInt8(ascii: "\""))
        appendTitle(node)
        if policy.isExternal { html.append(" rel=\"noopener noreferrer\"") }
        html.append(UInt8(ascii: ">"))
    }

    private mutating func appendImage(_ node: OpaquePointer) {
        let url = Self.bytes(cmark_node_get_url(node))
        let policy = LinkPolicy(url)
        guard purpose != .untrusted || policy.isAllowedAsImage else {
            omissions.add("picture", to: url, line: line)
            appendPlainText(of: node)
            return
        }
        record(url)
        html.append("<img src=\"")
        if purpose == .untrusted { html.append(policy.prefix) }
        appendURL(url)
        html.append("\" alt=\"")
        appendPlainText(of: node)
        html.append(UInt8(ascii: "\""))
        appendTitle(node)
        html.append(" loading=\"lazy\" decoding=\"async\">")
    }

    private mutating func appendTitle(_ node: OpaquePointer) {
        let title = Self.bytes(cmark_node_get_title(node))
        guard !title.isEmpty else { return }
        html.append(" title=\"")
        html.appendEscaped(title)
        html.append(UInt8(ascii: "\""))
    }

    /// Writes a URL. The rebuilder encodes URLs itself, after it has checked and recorded them as
    /// written.
    private mutating func appendURL(_ url: UnsafeBufferPointer<UInt8>) {
        if purpose == .rebuilding { html.appendEscaped(url) } else { html.appendURL(url) }
    }

    private mutating func record(_ url: UnsafeBufferPointer<UInt8>) {
        guard purpose != .rebuilding else { return }
        links.append(Link(destination: String(decoding: url, as: UTF8.self), line: line))
    }

    private mutating func appendFootnoteReference(_ node: OpaquePointer) {
        guard let number = FootnoteState.number(of: node) else { return }
        guard openLink == nil else {
            html.append("<sup>")
            html.append(number: number)
            html.append("</sup>")
            return
        }
        let reference = footnotes.refer(to: number)
        html.append("<sup><a id=\"fnref:")
        html.append(number: number)
        if reference > 1 {
            html.append(UInt8(ascii: "-"))
            html.append(number: reference)
        }
        html.append("\" href=\"#fn:")
        html.append(number: number)
        html.append("\">")
        html.append(number: number)
        html.append("</a></sup>")
    }

    /// Writes the text of a node without its markup, escaped.
    private mutating func appendPlainText(of node: OpaquePointer) {
        // A closure may not capture the writer itself.
        var texts: [UnsafeBufferPointer<UInt8>] = []
        Self.forEachText(in: node) { texts.append($0) }
        for text in texts { html.appendEscaped(text) }
    }

    /// Passes each piece of text below `node` to `body`, in order; a line break is a space.
    static func forEachText(
        in node: OpaquePointer, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var current = node
        while true {
            switch cmark_node_get_type(current) {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE: body(bytes(cmark_node_get_literal(current)))
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: body(space)
            default: break
            }
            if let child = cmark_node_first_child(current) {
                current = child
                continue
            }
            while current != node {
                if let next = cmark_node_next(current) {
                    current = next
                    break
                }
                guard let parent = cmark_node_parent(current) else { return }
                current = parent
            }
            if current == node { return }
        }
    }

    private static var space: UnsafeBufferPointer<UInt8> {
        let space: StaticString = " "
        return UnsafeBufferPointer(start: space.utf8Start, count: 1)
    }

    /// Collects the links in raw HTML of a trusted document.
    mutating func collectLinks(inRaw raw: UnsafeBufferPointer<UInt8>) {
        guard purpose == .trusted else { return }
        var reader = HTMLReader(raw)
        var counted = 0
        var rawLine = line
        while let token = reader.next() {
            guard case .startTag(let name) = token else { continue }
            let attribute: StaticString
            if reader.isName(name, "a") {
                attribute = "href"
            } else if reader.isName(name, "img") {
                attribute = "src"
            } else {
                continue
            }
            guard let value = reader.attribute(attribute),
                let url = CharacterReferences.decodedURL(reader.bytes[value])
            else { continue }
            while counted < name.lowerBound {
                if raw[counted] == UInt8(ascii: "\n") { rawLine += 1 }
                counted += 1
            }
            links.append(Link(destination: String(decoding: url, as: UTF8.self), line: rawLine))
        }
    }
}
