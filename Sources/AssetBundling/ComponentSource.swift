import Diagnostics
import SiteModel
import UTF8Text

/// The code of a component as a module with a default export, whatever shape it came in.
struct ComponentSource: Sendable, Hashable {
    /// What the tool compiles.
    private(set) var text: String
    /// Characters that were put before the first character of the admin's own first line.
    let firstLineShift: Int

    /// The prefix keeps the fragment on the admin's own line numbers.
    private static let fragmentPrefix = "export default function Fragment(props) { return (<>"

    init(code: String) {
        if Self.isFragment(code) {
            text = Self.fragmentPrefix + code + "\n</>); }"
            firstLineShift = Self.fragmentPrefix.utf8.count
        } else {
            text = code
            firstLineShift = 0
        }
    }

    /// The contract's third shape: markup from the first character on.
    private static func isFragment(_ code: String) -> Bool {
        var rest = code[...]
        while true {
            rest = Substring(rest.unicodeScalars.drop(while: \.properties.isWhitespace))
            if rest.hasUTF8Prefix("//") {
                rest = Substring(rest.utf8.drop { $0 != UInt8(ascii: "\n") })
            } else if rest.hasUTF8Prefix("/*") || rest.hasUTF8Prefix("{/*") {
                guard let end = rest.firstUTF8Range(of: "*/") else { return false }
                rest = rest[end.upperBound...]
                rest = rest.droppingUTF8Prefix("}") ?? rest
            } else {
                return rest.hasUTF8Prefix("<")
            }
        }
    }

    /// The declaration that becomes the default export, which the contract's second shape leaves
    /// out: the one named like the key in PascalCase, else the last one.
    ///
    /// - Parameter declarations: the names declared at the top level, in order.
    static func defaultExport(key: String, declarations: [String]) -> String? {
        let wanted = Component.pascalCase(key)
        return declarations.contains(wanted) ? wanted : declarations.last
    }

    mutating func addDefaultExport(_ name: String) { text += "\n;export default \(name);\n" }

    /// The tool's errors in `text`, by their places in the admin's own code.
    func diagnostics(
        of errors: [Esbuild.Message], at location: Diagnostic.Location
    ) -> [Diagnostic] {
        errors.sorted().map { error in
            var location = location
            if let line = error.line, let column = error.column {
                (location.line, location.column) = original(line: line, column: column)
            }
            return Diagnostic(.syntaxError, error.text, at: location)
        }
    }

    /// A place in `text` as a place in the admin's own code.
    func original(line: Int, column: Int) -> (line: Int, column: Int) {
        (line, line == 1 ? max(1, column - firstLineShift) : column)
    }
}
