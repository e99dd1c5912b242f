import Core
import HTML

/// Writes the start tags of the output.
extension FragmentRebuilder {
    /// Writes a start tag with the allowed attributes, or a replacement for an element that is
    /// useless without an attribute that is not allowed.
    ///
    /// - Returns: Whether the element was written.
    mutating func appendTag(_ tag: Tag, at position: Int) -> Bool {
        switch tag {
        case .input: return appendCheckbox(at: position)
        case .a:
            if let url = url("href"), LinkPolicy(url).isAllowedAsLink { break }
            if let written = reader.attribute("href") {
                omissions.add("link to", to: reader.bytes[written], line: line(at: position))
            }
            guard reader.attribute("id") != nil || reader.attribute("name") != nil else {
                return false
            }
        case .img:
            if let url = url("src"), LinkPolicy(url).isAllowedAsImage { break }
            let written = reader.attribute("src") ?? position..<position
            omissions.add("picture", to: reader.bytes[written], line: line(at: position))
            guard let alternative = reader.attribute("alt") else { return false }
            html.appendReferencing(reader.bytes[alternative])
            return false
        default: break
        }
        if tag == .table { html.append(names.tableFrame) }
        html.append("<")
        html.append(tag.rawValue)
        if tag == .pre { html.append(names.codeBlockAttributes) }
        if reader.hasAttributes {
            let allowed = AllowList.attributes(of: tag)
            for attribute in allowed { append(attribute, of: tag, at: position) }
            noteOmittedAttributes(of: tag, allowed, at: position)
        }
        if tag == .img {
            captureAlternative()
            html.append(" loading=\"lazy\" decoding=\"async\"")
        }
        html.append(">")
        return true
    }

    /// Lists attributes of the tag that elements of its kind may not have.
    private mutating func noteOmittedAttributes(
        of tag: Tag, _ allowed: [AllowList.Attribute], at position: Int
    ) {
        for index in 0..<reader.attributeCount {
            let range = reader.attributeName(index)
            let isKnown =
                allowed.contains { reader.isName(range, $0.name) }
                || tag == .img && AllowList.ownImageAttributes.contains { reader.isName(range, $0) }
                || tag == .a && (reader.isName(range, "rel") || reader.isName(range, "name"))
            guard !isKnown else { continue }
            let name = String(decoding: reader.bytes[range].prefix(40), as: UTF8.self)
            omissions.add("\(name) of <\(tag.rawValue)>", line: line(at: position))
        }
    }

    /// Writes the only form control: the disabled checkbox of a task.
    private mutating func appendCheckbox(at position: Int) -> Bool {
        guard let type = reader.attribute("type"), reader.isName(type, "checkbox"),
            reader.attribute("disabled") != nil
        else {
            omissions.add("<input>", line: line(at: position))
            return false
        }
        let isChecked = reader.attribute("checked") != nil
        html.append("<input type=\"checkbox\" disabled")
        if isChecked { html.append(" checked") }
        if !open.contains(.label) { html.append(names.checkbox(isChecked: isChecked)) }
        html.append(">")
        return true
    }

    private mutating func captureAlternative() {
        guard let alternative = reader.attribute("alt") else {
            html.append(" alt=\"\"")
            return
        }
        captureHeading(reader.bytes[alternative])
    }

    private func url(_ name: StaticString) -> [UInt8]? {
        reader.attribute(name).flatMap { CharacterReferences.decodedURL(reader.bytes[$0]) }
    }

    private mutating func append(_ attribute: AllowList.Attribute, of tag: Tag, at position: Int) {
        switch attribute {
        case .id: appendID(of: tag)
        case .alignment(let style):
            guard let range = reader.attribute("align"), range.count <= 16 else { return }
            let value = String(decoding: reader.bytes[range], as: UTF8.self).lowercased()
            if let declaration = style.declaration(for: value) { appendStyle(declaration) }
        case .alignmentStyle:
            guard let range = reader.attribute("style"), reader.attribute("align") == nil,
                let value = AllowList.textAlignment(reader.bytes[range])
            else { return }
            appendStyle("text-align:\(value)")
        case .url(let name): appendURL(name, of: tag, at: position)
        case .imageSource: appendURL("src", of: tag, at: position)
        case .text(let name):
            guard let value = reader.attribute(name) else { return }
            appendName(name)
            html.append("=\"")
            html.appendReferencing(reader.bytes[value])
            html.append("\"")
        case .flag(let name):
            if reader.attribute(name) != nil { appendName(name) }
        case .number(let name, let range):
            appendValue(name) { Int($0).map(range.contains) ?? false }
        case .length(let name):
            appendValue(name) { value in
                let digits = value.droppingUTF8Suffix("%") ?? value[...]
                return (1...4).contains(digits.utf8.count)
                    && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
            }
        case .keyword(let name, let words):
            appendValue(name) { words.contains($0) }
        case .language(let name):
            appendValue(name) { AllowList.isLanguageTag($0.utf8) }
        case .dateTime:
            appendValue("datetime") { AllowList.isDateTime($0.utf8) }
        case .codeClass:
            appendValue("class") {
                $0.hasUTF8Prefix("language-") && AllowList.isLanguage($0.utf8.dropFirst(9))
            }
        case .codeTitle:
            appendOwnValue("data-language", of: tag, at: position, CodeLanguage.isTitle)
        case .partClass:
            appendOwnValue("class", of: tag, at: position, CodeHighlighter.isClass)
        case .footnotesClass:
            appendValue("class") { $0 == "footnotes" }
        }
    }

    private mutating func appendName(_ name: StaticString) {
        html.append(UInt8(ascii: " "))
        html.append(name)
    }

    /// Writes an attribute whose short value passes `isAllowed`, which accepts no characters with a
    /// meaning in HTML.
    ///
    /// - Returns: whether it was written.
    @discardableResult
    private mutating func appendValue(
        _ name: StaticString, _ isAllowed: (String) -> Bool
    ) -> Bool {
        guard let range = reader.attribute(name), range.count <= 64 else { return false }
        let value = String(decoding: reader.bytes[range], as: UTF8.self)
        guard isAllowed(value) else { return false }
        appendName(name)
        html.append("=\"")
        html.append(value)
        html.append("\"")
        return true
    }

    /// Writes an attribute whose value is one that the renderer writes, and lists any other value
    /// as omitted.
    private mutating func appendOwnValue(
        _ name: StaticString, of tag: Tag, at position: Int, _ isOwn: (String) -> Bool
    ) {
        guard !appendValue(name, isOwn), reader.attribute(name) != nil else { return }
        omissions.add("\(name) of <\(tag.rawValue)>", line: line(at: position))
    }

    private mutating func appendURL(_ name: StaticString, of tag: Tag, at position: Int) {
        guard let url = url(name) else { return }
        let policy = LinkPolicy(url)
        guard tag == .img ? policy.isAllowedAsImage : policy.isAllowedAsLink else { return }
        appendName(name)
        html.append("=\"")
        html.append(policy.prefix)
        html.appendURL(url)
        html.append("\"")
        guard tag == .a || tag == .img else { return }
        if tag == .a, policy.isExternal { html.append(" rel=\"noopener noreferrer\"") }
        guard !url.starts(with: "#fn:".utf8), !url.starts(with: "#fnref:".utf8) else { return }
        let destination = String(decoding: url, as: UTF8.self)
        links.append(Link(destination: destination, line: line(at: position)))
    }

    private mutating func appendStyle(_ declaration: String) {
        html.append(" style=\"")
        html.append(declaration)
        html.append("\"")
    }

    /// Writes the id of an element, each id once; the obsolete `name` of an anchor becomes an id.
    private mutating func appendID(of tag: Tag) {
        let name = tag == .a ? reader.attribute("name") : nil
        guard let range = reader.attribute("id") ?? name else { return }
        let bytes = reader.bytes[range]
        guard let id = footnoteID(bytes, of: tag) ?? ExplicitIDs.valid(bytes) else { return }
        guard usedIDs.insert(id).inserted else {
            omissions.add("the second id '\(id)'", line: line(at: range.lowerBound))
            return
        }
        html.append(" id=\"")
        html.append(id)
        html.append("\"")
        if tag.headingLevel != nil { headingID = id }
    }

    /// Accepts the ids that the renderer writes: `fn:1` on an item, `fnref:1` or `fnref:1-2` on a
    /// link.
    private func footnoteID(_ bytes: CharacterReferences.Bytes, of tag: Tag) -> String? {
        guard tag == .li || tag == .a, bytes.count <= 32 else { return nil }
        let prefix = (tag == .li ? "fn:" : "fnref:").utf8
        guard bytes.starts(with: prefix) else { return nil }
        let parts = bytes.dropFirst(prefix.count)
            .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isNumbered = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
        }
        guard isNumbered, parts.count <= (tag == .li ? 1 : 2) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
