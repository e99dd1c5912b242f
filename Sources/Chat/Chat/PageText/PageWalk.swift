import Core
import HTMLTree

/// Walks the main part of a page, and passes the text that a visitor reads to a builder.
struct PageWalk {
    private static let skipped: Set<String> = [
        "nav", "script", "style", "template", "noscript", "iframe", "object", "embed", "svg",
        "math",
        "canvas", "audio", "video", "button", "form", "input", "select", "textarea", "datalist",
        "dialog", "head", "title", "output", "fieldset", "meter", "progress",
    ]
    private static let controls: Set<String> = ["input", "select", "textarea"]
    /// Elements that show a calculator's results: those on the page are of its initial values only.
    private static let figures: Set<String> = ["dl", "table"]
    private static let inline: Set<String> = [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "img",
        "ins",
        "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time",
        "u",
        "var",
        "wbr", "rb-island", "rb-slot",
    ]
    /// A heading within one of these does not apply to the text after it.
    private static let sections: Set<String> = [
        "section", "article", "aside", "details", "blockquote", "figure", "li",
    ]
    /// Elements around the content, on a page that does not mark its main part.
    private static let frames: Set<String> = ["header", "footer", "aside"]
    private static let hiddenClasses: Set<Substring> = [
        "visually-hidden", "sr-only", "skip-link", "screen-reader-text",
    ]
    /// The level of a label that is not a heading but introduces the text below it: below all six
    /// heading levels.
    private static let labelLevel = 7

    private struct OpenElement {
        var element: HTMLElement
        var place: PassageBuilder.Place
        var isSection: Bool
    }

    private(set) var builder: PassageBuilder
    private let main: HTMLElement
    private let isBody: Bool
    /// The open elements that have an id or that end headings.
    private var open: [OpenElement] = []
    /// Labels of tabs, by the ids of their buttons.
    private var labels: [String: String] = [:]
    private var preformatted: HTMLElement?
    /// The innermost link to another page around the current node.
    private var link: HTMLElement?
    /// The tables around the current node, innermost last.
    private var tables: [OpenTable] = []
    /// The island with input controls around the current node.
    private var calculator: HTMLElement?
    private var isAfterTerm = false
    /// Whether the previous step was the end of an inline element.
    private var wasInline = false

    init(_ main: HTMLElement, builder: PassageBuilder) {
        self.main = main
        self.builder = builder
        isBody = main.name == "body"
    }

    mutating func run() {
        main.walk { step in
            switch step {
            case .enter(let element): return element == main || enter(element)
            case .text(let text): read(text)
            case .leave(let element): leave(element)
            }
            return true
        }
    }

    private mutating func enter(_ element: HTMLElement) -> Bool {
        let name = element.name
        guard !builder.isFull else { return false }
        guard !Self.isSkipped(element), !(isBody && Self.frames.contains(name)),
            !Self.isHidden(element), !(name == "label" && calculator != nil)
        else {
            if name == "button", let id = element["id"] {
                labels[id] = Self.visibleText(of: element)
            }
            return false
        }
        if calculator != nil, Self.figures.contains(name) { return false }
        if name == "rb-island", calculator == nil,
            element.first(where: Self.isControl) != nil
        {
            calculator = element
        }
        if name == "a", link == nil, let route = InternalLink.route(of: element["href"] ?? "") {
            builder.addLink(PageLink(route: route, label: Self.visibleText(of: element)))
            link = element
        }
        if Self.inline.contains(name) {
            // Only a style sheet separates these words; `wbr` is a place within a word.
            if wasInline, name != "wbr" { builder.append(" ") }
            return true
        }
        if let level = Self.level(of: name) {
            addLinks(in: element)
            builder.begin(
                Self.visibleText(of: element), level: level, anchor: Self.anchor(of: element),
                in: place)
            return false
        }
        if name == "table" {
            tables.append(OpenTable(element, nameLimit: builder.limits.headingCharacters))
        }
        if name == "tr", tables.last?.heads == element { return false }
        separate(name, element)
        let id = element["id"].flatMap { $0.isEmpty ? nil : $0 }
        let isPanel = element["role"] == "tabpanel"
        let isSection = isPanel || Self.sections.contains(name)
        if id != nil || isSection {
            open.append(
                OpenElement(
                    element: element, place: builder.place(id ?? place?.anchor),
                    isSection: isSection))
        }
        if isSection {
            builder.beginSection()
            let label = element["aria-labelledby"].flatMap { labels[$0] } ?? element["aria-label"]
            if let label { builder.begin(label, level: Self.labelLevel, anchor: id, in: place) }
        }
        if name == "pre" { preformatted = preformatted ?? element }
        return true
    }

    private var place: PassageBuilder.Place? { open.last { $0.place.anchor != nil }?.place }

    /// Collects the links in a heading, whose content is otherwise read as plain text.
    private mutating func addLinks(in heading: HTMLElement) {
        var found: [PageLink] = []
        heading.walk { step in
            if case .enter(let inner) = step, inner.name == "a",
                let route = InternalLink.route(of: inner["href"] ?? "")
            {
                found.append(PageLink(route: route, label: Self.visibleText(of: inner)))
            }
            return true
        }
        for link in found { builder.addLink(link) }
    }

    /// Separates an element's text from the text before it.
    private mutating func separate(_ name: String, _ element: HTMLElement) {
        switch name {
        case "td", "th":
            guard !tables.isEmpty else { return builder.join(" | ") }
            let text = tables[tables.count - 1].separator(before: element)
            builder.join(text.separator)
            if let head = text.head, !Self.visibleText(of: element).isEmpty {
                builder.append(head + ": ")
            }
        case "dd":
            builder.join(isAfterTerm ? ": " : ", ")
            isAfterTerm = false
        default:
            builder.endLine()
            isAfterTerm = name == "dt"
        }
    }

    private mutating func read(_ text: String) {
        wasInline = false
        guard preformatted != nil else {
            return builder.append(text, isLink: link != nil)
        }
        for (index, line) in text.splitUTF8(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if index > 0 { builder.endLine(isCode: true) }
            builder.append(String(line))
        }
    }

    private mutating func leave(_ element: HTMLElement) {
        if preformatted == element {
            builder.endLine(isCode: true)
            preformatted = nil
        }
        if link == element { link = nil }
        if calculator == element { calculator = nil }
        if tables.last?.element == element { tables.removeLast() }
        if let last = open.last, last.element == element {
            open.removeLast()
            if last.isSection { builder.endSection(since: last.place) }
        }
        let name = element.name
        if name == "wbr" { return }
        wasInline = Self.inline.contains(name)
        guard !Self.inline.contains(name), !["td", "th", "dt", "dd"].contains(name) else { return }
        builder.endLine()
    }

    /// Returns 1 to 6 for headings, 7 for the `summary` of a `details` element.
    private static func level(of name: String) -> Int? {
        if name == "summary" { return labelLevel }
        guard name.utf8.count == 2, let level = name.droppingUTF8Prefix("h").flatMap({ Int($0) })
        else { return nil }
        return (1...6).contains(level) ? level : nil
    }

    /// Returns the heading's own id, or that of a link target within it.
    private static func anchor(of heading: HTMLElement) -> String? {
        heading.first { !($0["id"] ?? "").isEmpty }?["id"]
    }

    static func visibleText(of element: HTMLElement) -> String {
        var text = PlainText.Folded()
        element.walk { step in
            switch step {
            case .enter(let inner):
                if inner == element { return true }
                if inner.name == "br" { text.append(" ") }
                return !isSkipped(inner) && !isHidden(inner)
            case .text(let part): text.append(part)
            case .leave: break
            }
            return true
        }
        return text.text
    }

    /// Whether the element is not part of the text. The label of a control is skipped; that of a
    /// checkbox that only shows its state is the text of a task.
    private static func isSkipped(_ element: HTMLElement) -> Bool {
        guard element.name == "label" else { return skipped.contains(element.name) }
        return element["for"] != nil || element.first(where: isControl) != nil
    }

    /// Whether a visitor can change the element: the checkbox of a task list only shows whether the
    /// task is done.
    private static func isControl(_ element: HTMLElement) -> Bool {
        guard controls.contains(element.name) else { return false }
        return element["type"]?.lowercased() != "checkbox" || element["disabled"] == nil
    }

    /// Whether the element is hidden from visitors. A tab panel is hidden until it is chosen, but
    /// is content all the same.
    private static func isHidden(_ element: HTMLElement) -> Bool {
        if element["aria-hidden"] == "true" { return true }
        if element["hidden"] != nil { return element["role"] != "tabpanel" }
        if let classes = element["class"],
            classes.splitUTF8(separator: " ").contains(where: hiddenClasses.contains)
        {
            return true
        }
        guard let style = element["style"] else { return false }
        let rules = String(
            String.UnicodeScalarView(
                style.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }))
        return rules.containsUTF8("display:none") || rules.containsUTF8("visibility:hidden")
    }
}
