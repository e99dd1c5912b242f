public import Core

/// A React component: a row of `robbieblocks_components`, or a file of the starter library.
public struct Component: Hashable, Sendable {
    /// `component_key`, such as `pricing-calculator`.
    public var key: String
    /// TSX in one of the three shapes of the contract; nil takes the library's file of that key.
    public var code: String?
    public var styles: String?
    /// JSON Schema, or a bare map of property name → schema.
    public var propsSchema: JSONValue?
    /// Packages that `code` may import beside React and `robbieblocks`.
    public var dependencies: [String]
    public var isPublished: Bool
    /// `metadata.hydrate`, when the row says how the component comes to life in the browser.
    public var hydrate: String?
    /// Where the code comes from: `react_code`, or the path of a file.
    public var codeField: String
    /// The same for `styles`.
    public var stylesField = "css_styles"
    /// Why the row cannot be used, when part of it cannot be read.
    public var fault: Diagnostic?
    /// Whether a page of the node places it; one that none places is only checked.
    public var isPlaced: Bool

    public init(
        key: String, code: String? = nil, styles: String? = nil, propsSchema: JSONValue? = nil,
        dependencies: [String] = [], isPublished: Bool = true, hydrate: String? = nil,
        codeField: String = "react_code", isPlaced: Bool = true, fault: Diagnostic? = nil
    ) {
        self.key = key
        self.code = code
        self.styles = styles
        self.propsSchema = propsSchema
        self.dependencies = dependencies
        self.isPublished = isPublished
        self.hydrate = hydrate
        self.codeField = codeField
        self.fault = fault
        self.isPlaced = isPlaced
    }
}

extension Component {
    /// Equal when every byte is: the library's `==` takes texts of another Unicode form for the same,
    /// and an edit from one to the other would go unseen.
    public static func == (left: Component, right: Component) -> Bool {
        left.isPublished == right.isPublished && left.isPlaced == right.isPlaced
            && left.fault == right.fault && left.texts.count == right.texts.count
            && zip(left.texts, right.texts).allSatisfy { $0.isUTF8Equal(to: $1) }
    }

    private var texts: [String] {
        let optional = [code, styles, propsSchema?.text, hydrate].flatMap { text in
            text.map { ["+", $0] } ?? ["-", ""]
        }
        return [key, codeField, stylesField, fault.map { "\($0)" } ?? ""] + optional + dependencies
    }

    /// Marks the place of the page's own Markdown; it has no code.
    public static let pageContentKey = "page-content"

    /// Whether a key can name a file: letters, digits, `-`, `_` and `.` inside, 100 at most.
    public static func isValidKey(_ key: String) -> Bool {
        key.isPlainName
    }

    /// The name of a component in the contract's second shape: `robbie-bar` → `RobbieBar`.
    public static func pascalCase(_ key: String) -> String {
        // By characters: keys with others than ASCII are refused.
        key.split { !$0.isLetter && !$0.isNumber }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
