public import Core

/// A React component: a row of `robbieblocks_components`, or a file of the starter library.
public struct Component: Hashable, Sendable {
    /// `component_key`, such as `pricing-calculator`.
    public var key: String
    /// TSX in one of the three shapes of the contract; nil uses the library's file of that key.
    public var code: String?
    public var styles: String?
    /// JSON Schema, or a bare map of property name → schema.
    public var propsSchema: JSONValue?
    /// Packages that `code` may import besides React and `robbieblocks`.
    public var dependencies: [String]
    public var isPublished: Bool
    /// `metadata.hydrate`, when the row sets how the component is hydrated in the browser.
    public var hydrate: String?
    /// The source of the code: `react_code`, or the path of a file.
    public var codeField: String
    /// The source of `styles`.
    public var stylesField = "css_styles"
    /// Why the row cannot be used, when part of it is unreadable.
    public var fault: Diagnostic?
    /// Whether a page of the node places it; a component that no page places is only checked.
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
    /// Equal when every byte is: the library's `==` treats different Unicode forms of a text as
    /// equal, so an edit from one form to the other would go unnoticed.
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

    /// The component in whose place the page's own Markdown appears; it has no code.
    public static let pageContentKey = "page-content"

    /// Whether a key can name a file: letters and digits, with `-`, `_` and `.` inside, at most
    /// 100.
    public static func isValidKey(_ key: String) -> Bool {
        key.isPlainName
    }

    /// The name of a component in the contract's second shape: `robbie-bar` → `RobbieBar`.
    public static func pascalCase(_ key: String) -> String {
        // By characters: keys with characters outside ASCII are refused.
        key.split { !$0.isLetter && !$0.isNumber }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
