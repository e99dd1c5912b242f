/// An element of a page.
package struct HTMLElement: Sendable {
    private let document: HTMLDocument
    private let index: Int32

    init(_ document: HTMLDocument, _ index: Int32) {
        self.document = document
        self.index = index
    }

    private var node: HTMLDocument.Node { document.nodes[Int(index)] }

    /// In lower case.
    package var name: String { node.name }

    /// The value of an attribute; empty for an attribute without a value. The name is in lower case.
    package subscript(name: String) -> String? {
        let content = node.content
        for position in content {
            let attribute = document.attributes[Int(position)]
            if attribute.name == name { return string(attribute.value) }
        }
        return nil
    }

    /// The element around this one.
    package var parent: HTMLElement? {
        let parent = node.parent
        return parent < 0 ? nil : HTMLElement(document, parent)
    }

    /// The elements directly in this one, in page order.
    package var children: [HTMLElement] {
        var children: [HTMLElement] = []
        var position = index + 1
        while position < node.end {
            let child = document.nodes[Int(position)]
            if !child.name.isEmpty { children.append(HTMLElement(document, position)) }
            position = child.end
        }
        return children
    }

    /// The element after this one within the same element.
    package var nextSibling: HTMLElement? {
        guard let end = parent?.node.end else { return nil }
        var position = node.end
        while position < end {
            let next = document.nodes[Int(position)]
            if !next.name.isEmpty { return HTMLElement(document, position) }
            position = next.end
        }
        return nil
    }

    /// All text in the element, without markup.
    package var text: String {
        var text = ""
        walk { step in
            if case .text(let part) = step { text += part }
            return true
        }
        return text
    }

    /// Returns the first element, including this one, that satisfies `isWanted`.
    package func first(where isWanted: (HTMLElement) -> Bool) -> HTMLElement? {
        for position in index..<node.end where !document.nodes[Int(position)].name.isEmpty {
            let element = HTMLElement(document, position)
            if isWanted(element) { return element }
        }
        return nil
    }

    package enum Step {
        case enter(HTMLElement)
        case text(String)
        case leave(HTMLElement)
    }

    /// Visits each element and each text in page order. Iterates instead of recursing, because a
    /// page may nest elements deeply.
    ///
    /// - Parameter visit: for `.enter`, returns whether to go into the element, which gets a
    ///   `.leave` either way; for other steps the result is ignored.
    package func walk(_ visit: (Step) -> Bool) {
        var open: [HTMLElement] = []
        var position = index
        let end = node.end
        while position < end {
            while let last = open.last, last.node.end <= position {
                open.removeLast()
                _ = visit(.leave(last))
            }
            let node = document.nodes[Int(position)]
            if node.name.isEmpty {
                _ = visit(.text(string(node.content)))
                position += 1
                continue
            }
            let element = HTMLElement(document, position)
            if visit(.enter(element)) {
                open.append(element)
                position += 1
            } else {
                _ = visit(.leave(element))
                position = node.end
            }
        }
        while let last = open.popLast() { _ = visit(.leave(last)) }
    }

    private func string(_ range: Range<Int32>) -> String {
        String(
            decoding: document.text[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }
}

extension HTMLElement: Equatable {
    package static func == (one: HTMLElement, other: HTMLElement) -> Bool {
        one.index == other.index && one.document === other.document
    }
}
