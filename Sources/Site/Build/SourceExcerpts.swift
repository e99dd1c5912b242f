import Bundling
import Core
import SiteModel

/// Finds the code that a diagnostic's line refers to, and shows it.
struct SourceExcerpts {
    /// The most diagnostics of a report with code: each excerpt is cut from a text that may be
    /// large.
    private static let limit = 100

    let content: NodeContent
    let library: TemplateLibrary

    /// Adds code to the diagnostics that name a line of a component, a template, or a node's styles
    /// or scripts. Diagnostics of a page's text get theirs where the text is read.
    func add(to diagnostics: inout [Diagnostic]) {
        var known: [Diagnostic.Location: Diagnostic.Excerpt] = [:]
        var left = Self.limit
        for index in diagnostics.indices where diagnostics[index].excerpt == nil {
            var place = diagnostics[index].location
            guard let line = place.line else { continue }
            // A component fails many pages at the same place.
            (place.page, place.block) = (nil, nil)
            if let excerpt = known[place] {
                diagnostics[index].excerpt = excerpt
                continue
            }
            guard left > 0, let text = text(at: place),
                let excerpt = Diagnostic.Excerpt(of: text, line: line, column: place.column)
            else { continue }
            left -= 1
            known[place] = excerpt
            diagnostics[index].excerpt = excerpt
        }
    }

    /// Returns the text of the field that the place is in.
    private func text(at place: Diagnostic.Location) -> String? {
        guard let field = place.field else { return nil }
        switch field {
        case "react_code": return place.component.flatMap { content.components[$0]?.code }
        case "css_styles": return place.component.flatMap { content.components[$0]?.styles }
        case "custom_css" where place.node == content.node.id: return content.node.customCSS
        case "custom_scripts" where place.node == content.node.id:
            return content.node.customScripts
        default: return library.text(of: field)
        }
    }
}

extension [Diagnostic] {
    /// Adds the page's own text around the lines of diagnostics about that text.
    ///
    /// - Parameter content: Markdown.
    mutating func addExcerpts(of content: [UInt8]) {
        var known: Diagnostic.Excerpt.Lines?
        for index in indices {
            let place = self[index].location
            guard place.field == "content", let line = place.line else { continue }
            let lines = known ?? Diagnostic.Excerpt.Lines(content)
            known = lines
            self[index].excerpt = .init(of: lines, line: line, column: place.column)
        }
    }
}

extension TemplateLibrary {
    /// Returns the code of a layout, a starter component or the document shell, or their styles.
    fileprivate func text(of path: String) -> String? {
        if document.path == path { return document.code }
        let files = Array(layouts.values) + Array(components.values)
        return files.first { $0.path == path }?.code
            ?? files.first { $0.stylesPath == path }?.styles
    }
}
