import UTF8Text

/// The start tags of the output.
extension FragmentRebuilder {
    /// Writes a start tag with the attributes that are allowed, or what stands for an element that
    /// makes no sense without the attribute it was denied.
    ///
    /// - Returns: Whether the element was written.
    mutating func appendTag(_ tag: Tag, at position: Int) -> Bool {
        switch tag {
        case .input: return appendCheckbox()
        case .a:
            guard let url = url("href"), LinkPolicy(url).isAllowedAsLink else { return false }
        case .img:
            guard let url = url("src"), LinkPolicy(url).isAllowedAsImage else {
                guard let alternative = reader.attribute("alt") else { return false }
                html.appendReferencing(reader.bytes[alternative])
                return false
            }
        default: break
        }
        html.append("<")
        html.append(tag.rawValue)
        if reader.hasAttributes {
            for attribute in AllowList.attributes(of: tag) {
                append(attribute, of: tag, at: position)
            }
        }
        if tag == .img {
            captureAlternative()
            html.append(" loading=\"lazy\" decoding=\"async\"")
        }
        html.append(">")
        return true
    }

    /// The only control: the disabled box of a task.
    private mutating func appendCheckbox() -> Bool {
        guard let type = reader.attribute("type"), reader.isName(type, "checkbox"),
            reader.attribute("disabled") != nil
        else { return false }
        html.append("<input type=\"checkbox\" disabled")
        if reader.attribute("checked") != nil { html.append(" checked") }
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
        case .footnoteID: appendFootnoteID(of: tag)
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
        case .footnotesClass:
            appendValue("class") { $0 == "footnotes" }
        }
    }

    private mutating func appendName(_ name: StaticString) {
        html.append(UInt8(ascii: " "))
        html.append(name)
    }

    /// Writes an attribute whose short value passes `isAllowed`, which no value with a character
    /// that means something in HTML does.
    private mutating func appendValue(_ name: StaticString, _ isAllowed: (String) -> Bool) {
        guard let range = reader.attribute(name), range.count <= 64 else { return }
        let value = String(decoding: reader.bytes[range], as: UTF8.self)
        guard isAllowed(value) else { return }
        appendName(name)
        html.append("=\"")
        html.append(value)
        html.append("\"")
    }

    private mutating func appendURL(_ name: StaticString, of tag: Tag, at position: Int) {
        guard let url = url(name) else { return }
        let policy = LinkPolicy(url)
        guard policy.isAllowedAsLink else { return }
        appendName(name)
        html.append("=\"")
        html.appendURL(url)
        html.append("\"")
        guard tag == .a || tag == .img else { return }
        if tag == .a, policy.isExternal { html.append(" rel=\"noopener noreferrer\"") }
        let destination = String(decoding: url, as: UTF8.self)
        guard !destination.hasUTF8Prefix("#fn:"), !destination.hasUTF8Prefix("#fnref:") else {
            return
        }
        links.append(Link(destination: destination, line: line(at: position)))
    }

    /// `fn:1` on an item and `fnref:1` or `fnref:1-2` on a link, once each.
    private mutating func appendFootnoteID(of tag: Tag) {
        guard let range = reader.attribute("id"), range.count <= 32 else { return }
        let id = String(decoding: reader.bytes[range], as: UTF8.self)
        let prefix = tag == .li ? "fn:" : "fnref:"
        guard id.hasUTF8Prefix(prefix) else { return }
        let parts = id.utf8.dropFirst(prefix.utf8.count)
            .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isNumbered = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
        }
        guard isNumbered, parts.count <= (tag == .li ? 1 : 2), usedIDs.insert(id).inserted
        else { return }
        html.append(" id=\"")
        html.append(id)
        html.append("\"")
    }
}
