import CCMarkGFM

extension DocumentWriter {
    mutating func enterBlock(_ node: OpaquePointer, _ type: cmark_node_type) -> Step {
        switch type {
        case CMARK_NODE_PARAGRAPH:
            appendParagraphStart(node)
            mapLine()
        case CMARK_NODE_ITEM:
            depth += 1
            html.breakLine()
            html.append("<li>")
            // The checkbox belongs to the first paragraph, if there is one.
            if cmark_node_get_syntax_extension(node) != nil, !Self.beginsWithParagraph(node) {
                appendCheckbox(node, name: names.checkbox(isChecked: Self.isChecked(node)))
            }
        case CMARK_NODE_LIST:
            html.breakLine()
            appendListStart(node)
        case CMARK_NODE_HEADING:
            html.breakLine()
            appendHeadingStart(node)
        case CMARK_NODE_CODE_BLOCK:
            html.breakLine()
            appendCodeBlock(node)
            return .done
        case CMARK_NODE_HTML_BLOCK:
            if purpose == .untrusted { return .stop }
            html.breakLine()
            mapLine()
            let raw = Self.bytes(cmark_node_get_literal(node))
            collectLinks(inRaw: raw)
            html.append(raw)
            html.breakLine()
            return .done
        case CMARK_NODE_THEMATIC_BREAK:
            html.breakLine()
            html.append("<hr>\n")
            return .done
        case CMARK_NODE_BLOCK_QUOTE:
            depth += 1
            html.breakLine()
            html.append("<blockquote>\n")
        case CMARK_NODE_FOOTNOTE_DEFINITION:
            depth += 1
            appendFootnoteStart()
        default:
            if type == types.cell {
                appendCellStart()
            } else if type == types.row {
                appendRowStart(node)
            } else if type == types.table {
                html.breakLine()
                // The rebuilder adds the frame to HTML that it rebuilds.
                if purpose != .rebuilding { html.append(names.tableFrame) }
                html.append("<table>")
                table = TableState(
                    alignments: cmark_gfm_extensions_get_table_alignments(node).map {
                        UnsafePointer($0)
                    },
                    columns: Int(cmark_gfm_extensions_get_table_columns(node)))
            }
        }
        return .descend
    }

    mutating func leaveBlock(_ node: OpaquePointer, _ type: cmark_node_type) {
        switch type {
        case CMARK_NODE_PARAGRAPH:
            if Self.taskItem(of: node) != nil { html.append("</label>") }
            appendFootnoteBackReferences(after: node)
            if !Self.isInTightList(node) { html.append("</p>\n") }
        case CMARK_NODE_ITEM:
            depth -= 1
            html.append("</li>\n")
        case CMARK_NODE_LIST:
            if cmark_node_get_list_type(node) == CMARK_BULLET_LIST {
                html.append("</ul>\n")
            } else {
                html.append("</ol>\n")
            }
        case CMARK_NODE_HEADING:
            cutText = nil
            html.append("</h")
            html.append(UInt8(ascii: "0") + UInt8(cmark_node_get_heading_level(node)))
            html.append(">\n")
        case CMARK_NODE_BLOCK_QUOTE:
            depth -= 1
            html.breakLine()
            html.append("</blockquote>\n")
        case CMARK_NODE_FOOTNOTE_DEFINITION:
            depth -= 1
            appendFootnoteBackReferences(atEndOf: node)
            html.breakLine()
            html.append("</li>\n")
        case CMARK_NODE_DOCUMENT:
            closeFootnotes()
        default:
            if type == types.cell {
                if table.isHeader { html.append("</th>") } else { html.append("</td>") }
            } else if type == types.row {
                html.append("\n</tr>")
                if table.isHeader { html.append("\n</thead>") }
            } else if type == types.table {
                if table.hasBody { html.append("\n</tbody>") }
                html.append("\n</table>")
                if purpose != .rebuilding { html.append("</div>") }
                html.append("\n")
            }
        }
    }

    /// Whether a paragraph is in a tight list, whose paragraphs have no `<p>`.
    private static func isInTightList(_ node: OpaquePointer) -> Bool {
        guard let parent = cmark_node_parent(node),
            cmark_node_get_type(parent) == CMARK_NODE_ITEM,
            let list = cmark_node_parent(parent)
        else { return false }
        return cmark_node_get_list_tight(list) != 0
    }

    private mutating func appendListStart(_ node: OpaquePointer) {
        if cmark_node_get_list_type(node) == CMARK_BULLET_LIST {
            html.append("<ul>\n")
            return
        }
        let start = Int(cmark_node_get_list_start(node))
        if start == 1 {
            html.append("<ol>\n")
        } else {
            html.append("<ol start=\"")
            html.append(number: start)
            html.append("\">\n")
        }
    }

    private static func beginsWithParagraph(_ item: OpaquePointer) -> Bool {
        cmark_node_first_child(item).map { cmark_node_get_type($0) == CMARK_NODE_PARAGRAPH }
            ?? false
    }

    private mutating func appendParagraphStart(_ node: OpaquePointer) {
        if !Self.isInTightList(node) {
            html.breakLine()
            html.append("<p>")
        }
        if let item = Self.taskItem(of: node) {
            html.append("<label>")
            appendCheckbox(item)
        }
    }

    /// Returns the task item whose text is this paragraph: the text names the item's checkbox.
    private static func taskItem(of paragraph: OpaquePointer) -> OpaquePointer? {
        guard let item = cmark_node_parent(paragraph),
            cmark_node_get_type(item) == CMARK_NODE_ITEM,
            cmark_node_get_syntax_extension(item) != nil, cmark_node_previous(paragraph) == nil
        else { return nil }
        return item
    }

    private static func isChecked(_ item: OpaquePointer) -> Bool {
        cmark_gfm_extensions_get_tasklist_item_checked(item)
    }

    private mutating func appendCheckbox(_ item: OpaquePointer, name: StaticString? = nil) {
        html.append("<input type=\"checkbox\" disabled")
        if Self.isChecked(item) { html.append(" checked") }
        if let name { html.append(name) }
        html.append("> ")
    }

    private mutating func appendHeadingStart(_ node: OpaquePointer) {
        let level = Int(cmark_node_get_heading_level(node))
        html.append("<h")
        html.append(UInt8(ascii: "0") + UInt8(level))
        var text: [UInt8] = []
        Self.forEachText(in: node) { text.append(contentsOf: $0) }
        var ownID: String?
        if text.last == UInt8(ascii: "}"), let own = ExplicitIDs.ofHeading(node) {
            // The heading's text ends with this node's text.
            let whole = Self.bytes(cmark_node_get_literal(own.node)).count
            text.removeLast(whole - own.textLength)
            cutText = (own.node, own.textLength)
            ownID = own.id
        }
        let id: String
        if let ownID, ids.claim(ownID) {
            id = ownID
        } else {
            if let ownID { omissions.add("the second id '\(ownID)'", line: line) }
            id = ids.next(for: text)
        }
        html.append(" id=\"")
        html.append(id)
        html.append("\">")
        mapLine()
        headings.append(
            Heading(level: level, id: id, text: String(decoding: text, as: UTF8.self)))
    }

    private mutating func appendCodeBlock(_ node: OpaquePointer) {
        let language = Self.language(in: Self.bytes(cmark_node_get_fence_info(node)))
        html.append("<pre")
        // The rebuilder adds them to HTML that it rebuilds.
        if purpose != .rebuilding { html.append(names.codeBlockAttributes) }
        let known = CodeLanguage.named(language)
        if let known {
            html.append(" data-language=\"")
            html.append(known.title)
            html.append("\"")
        }
        if AllowList.isLanguage(language) {
            html.append("><code class=\"language-")
            html.append(language)
            html.append("\">")
        } else {
            html.append("><code>")
        }
        let code = Self.bytes(cmark_node_get_literal(node))
        if let known, codeParts > 0 {
            let highlighter = CodeHighlighter(code, in: known, elements: codeParts)
            codeParts = highlighter.write(to: &html)
        } else {
            html.appendEscaped(code)
        }
        html.append("</code></pre>\n")
    }

    /// Returns the language that a fence names: the beginning of its first word, without the marks
    /// that other tools put around and behind it (`{.python}`, `rust,ignore`, `js{1,3}`,
    /// `jsx:title=a`).
    private static func language(
        in information: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        if information.first == UInt8(ascii: "{") { start += 1 }
        if start < information.count, information[start] == UInt8(ascii: ".") { start += 1 }
        var end = start
        while end < information.count, AllowList.isLanguageByte(information[end]) { end += 1 }
        return UnsafeBufferPointer(rebasing: information[start..<end])
    }

    private mutating func appendRowStart(_ node: OpaquePointer) {
        let isHeader = cmark_gfm_extensions_get_table_row_is_header(node) != 0
        if isHeader {
            html.append("\n<thead>")
        } else if !table.hasBody {
            html.append("\n<tbody>")
            table.hasBody = true
        }
        table.isHeader = isHeader
        table.column = 0
        html.append("\n<tr>")
    }

    private mutating func appendCellStart() {
        if table.isHeader { html.append("\n<th") } else { html.append("\n<td") }
        switch table.nextAlignment() {
        case UInt8(ascii: "l"): html.append(" style=\"text-align:left\">")
        case UInt8(ascii: "c"): html.append(" style=\"text-align:center\">")
        case UInt8(ascii: "r"): html.append(" style=\"text-align:right\">")
        default: html.append(">")
        }
        mapLine()
    }

    private mutating func appendFootnoteStart() {
        html.breakLine()
        if footnotes.isEmpty { html.append("<section class=\"footnotes\">\n<ol>\n") }
        html.append("<li id=\"fn:")
        html.append(number: footnotes.nextDefinition())
        html.append("\">\n")
    }

    /// Ends the last paragraph of a footnote with its back-references.
    private mutating func appendFootnoteBackReferences(after paragraph: OpaquePointer) {
        guard !footnotes.isEmpty, cmark_node_next(paragraph) == nil,
            let parent = cmark_node_parent(paragraph),
            cmark_node_get_type(parent) == CMARK_NODE_FOOTNOTE_DEFINITION
        else { return }
        html.append(" ")
        appendFootnoteBackReferences()
    }

    /// Ends a footnote whose last block is not a paragraph with its back-references, as GitHub
    /// does.
    private mutating func appendFootnoteBackReferences(atEndOf definition: OpaquePointer) {
        let last = cmark_node_last_child(definition)
        guard last.map({ cmark_node_get_type($0) != CMARK_NODE_PARAGRAPH }) ?? true else { return }
        html.breakLine()
        appendFootnoteBackReferences()
    }

    /// Writes a link back to each reference to the footnote.
    private mutating func appendFootnoteBackReferences() {
        let note = footnotes.defined
        for reference in 1...max(1, footnotes.references(to: note)) {
            if reference > 1 { html.append(" ") }
            html.append("<a href=\"#fnref:")
            html.append(number: note)
            if reference > 1 {
                html.append("-")
                html.append(number: reference)
            }
            html.append("\">\u{21A9}\u{FE0E}")
            if reference > 1 {
                html.append("<sup>")
                html.append(number: reference)
                html.append("</sup>")
            }
            html.append("</a>")
        }
    }

    private mutating func closeFootnotes() {
        if !footnotes.isEmpty { html.append("</ol>\n</section>\n") }
    }
}
