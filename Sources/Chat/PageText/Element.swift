import CLibXML2

/// An element of the parsed page, valid as long as its document.
struct Element {
    let node: xmlNodePtr

    init(_ node: xmlNodePtr) { self.node = node }

    /// In lower case, as the parser returns it.
    var name: String { node.pointee.name.map { String(cString: $0) } ?? "" }

    /// The value of an attribute; empty for an attribute without a value.
    subscript(name: String) -> String? {
        guard xmlHasProp(node, name) != nil else { return nil }
        guard let value = xmlGetProp(node, name) else { return "" }
        defer { robbieblocks_free_text(value) }
        return String(cString: value)
    }

    /// All text in the element, without markup.
    var text: String {
        var text = ""
        walk { step in
            if case .text(let part) = step { text += part }
            return true
        }
        return text
    }

    /// Returns the first element, including this one, that satisfies `isWanted`.
    func first(where isWanted: (Element) -> Bool) -> Element? {
        var found: Element?
        walk { step in
            guard found == nil else { return false }
            if case .enter(let element) = step, isWanted(element) { found = element }
            return found == nil
        }
        return found
    }

    enum Step {
        case enter(Element)
        case text(String)
        case leave(Element)
    }

    /// Visits each element and each text in page order. Iterates instead of recursing, because a
    /// page may nest elements to any depth.
    ///
    /// - Parameter visit: for `.enter`, returns whether to go into the element, which gets a
    ///   `.leave` either way; for other steps the result is ignored.
    func walk(_ visit: (Step) -> Bool) {
        var current: xmlNodePtr = node
        while true {
            var entered = false
            switch current.pointee.type {
            case XML_ELEMENT_NODE: entered = visit(.enter(Element(current)))
            case XML_TEXT_NODE:
                if let content = current.pointee.content {
                    _ = visit(.text(String(cString: content)))
                }
            default: break
            }
            if entered, let child = current.pointee.children {
                current = child
                continue
            }
            while true {
                if current.pointee.type == XML_ELEMENT_NODE { _ = visit(.leave(Element(current))) }
                if current == node { return }
                if let next = current.pointee.next {
                    current = next
                    break
                }
                guard let parent = current.pointee.parent else { return }
                current = parent
            }
        }
    }
}
