import Core

/// The facts read from code that esbuild has parsed and printed.
///
/// The printed form is regular: top-level statements begin at the start of a line; there are no JSX,
/// types, template literals or comments except markers; and no string spans lines. A scan by line and
/// word is therefore exact, where a scan of the admin's own text would be a guess.
struct CompiledJavaScript: Sendable {
    /// Every word of the code outside strings, regular expressions and comments.
    let words: Set<String>
    /// Whether it uses the module of the hooks as an object, whose members need not be named.
    let hasHooksObject: Bool
    /// Whether it calls `import()` with a computed name.
    let hasComputedImport: Bool
    /// Whether an element has a function as its `ref`, which is called with the browser's element.
    let hasCallbackRef: Bool
    /// The names declared at the top level whose value can be a component, in order.
    let candidates: [String]

    /// - Parameter text: the tool's output for one module, from its `// file` marker on.
    init(_ text: Substring) {
        var words: Set<String> = []
        var hasHooksObject = false
        var candidates = ComponentCandidates()
        var hasCallbackRef = false
        for line in text.splitUTF8(separator: "\n") {
            let code = BareCode.line(line)
            candidates.read(code)
            for ref in Self.refs(in: code) {
                switch ref {
                case .function: hasCallbackRef = true
                case .name(let name):
                    hasCallbackRef = hasCallbackRef || Self.isFunction(name, in: text)
                }
            }
            Self.collectWords(of: code, into: &words)
            if line.containsUTF8("\"robbieblocks\"") {
                hasHooksObject = hasHooksObject || Self.exposesHooks(line, in: text)
            }
        }
        self.hasHooksObject = hasHooksObject
        self.candidates = candidates.names
        self.hasCallbackRef = hasCallbackRef
        hasComputedImport = words.contains("import") && Self.hasComputedImport(BareCode(text))
        self.words = words
    }

    /// Whether a line with the path of the hooks' module imports more than single hooks and a
    /// namespace whose members are all named.
    private static func exposesHooks(_ line: Substring, in text: Substring) -> Bool {
        if line.hasUTF8Prefix("import {") { return line.containsUTF8("default") }
        guard let rest = line.droppingUTF8Prefix("import * as ") else { return true }
        let name = Substring(rest.utf8.prefix(while: isNameByte))
        var after = text
        while let range = after.firstUTF8Range(of: name) {
            let before = after[..<range.lowerBound].utf8.last
            after = after[range.upperBound...]
            let next = after.utf8.first
            if before.map(isNameByte) == true || next.map(isNameByte) == true { continue }
            if next != UInt8(ascii: "."), !after.hasUTF8Prefix(" from \"robbieblocks\"") {
                return true
            }
        }
        return false
    }

    /// The value of a `ref`: a function literal, or a name.
    private enum RefValue {
        case function
        case name(String)
    }

    /// - Parameter line: without the contents of strings.
    private static func refs(in line: Substring) -> [RefValue] {
        var refs: [RefValue] = []
        var rest = line
        while let range = rest.firstUTF8Range(of: "ref") {
            let before = line[..<range.lowerBound].utf8
            rest = rest[range.upperBound...]
            if let last = before.last, isNameByte(last) { continue }
            guard let value = rest.droppingUTF8Prefix(": ") else {
                if isShorthand(after: before, before: rest.utf8) { refs.append(.name("ref")) }
                continue
            }
            let name = String(Substring(value.utf8.prefix(while: isNameByte)))
            let isArrow =
                value.hasUTF8Prefix("(")
                ? Substring(value.utf8.drop { $0 != UInt8(ascii: ")") }).hasUTF8Prefix(") =>")
                : value.hasUTF8Prefix(name + " =>")
            if isArrow || name == "function" || name == "async" {
                refs.append(.function)
            } else if !name.isEmpty {
                refs.append(.name(name))
            }
        }
        return refs
    }

    /// Whether the name between the two texts is a shorthand property, as in `{ ref }`. A longer object
    /// has each property on a separate line.
    private static func isShorthand(
        after before: Substring.UTF8View, before rest: Substring.UTF8View
    ) -> Bool {
        let space = UInt8(ascii: " ")
        let last = before.last { $0 != space }
        let next = rest.first { $0 != space }
        return (last.map { "{,".utf8.contains($0) } ?? true)
            && (next.map { ",}".utf8.contains($0) } ?? true)
    }

    /// Whether a name is declared as anything except a ref object.
    private static func isFunction(_ name: String, in text: Substring) -> Bool {
        if text.containsUTF8("function \(name)(") { return true }
        guard let declared = text.firstUTF8Range(of: " \(name) = ") else {
            // The setter of a state is a function, too.
            return text.containsUTF8(", \(name)] = ")
        }
        let value = text[declared.upperBound...].utf8.prefix { $0 != UInt8(ascii: "\n") }
        return !Substring(value).containsUTF8("Ref")
    }

    private static func collectWords(of line: Substring, into words: inout Set<String>) {
        for word in line.utf8.split(whereSeparator: { !isNameByte($0) }) {
            words.insert(String(Substring(word)))
        }
    }

    /// Whether a byte may be part of a name; in printed code, only names and strings have other bytes
    /// than ASCII.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}

extension CompiledJavaScript {
    private static let browserHooks: Set<String> = [
        "useState", "useReducer", "useEffect", "useLayoutEffect", "useInsertionEffect",
        "useSyncExternalStore", "useTransition", "useDeferredValue", "useImperativeHandle",
        "useConversation", "usePersonality",
        // Members of class components.
        "setState", "forceUpdate", "componentDidMount", "componentDidUpdate",
        "componentWillUnmount", "getSnapshotBeforeUpdate", "componentDidCatch",
        "getDerivedStateFromError",
    ]

    private static let eventPrefixes = [
        "onClick", "onDoubleClick", "onChange", "onInput", "onSubmit", "onReset", "onInvalid",
        "onSelect", "onKey", "onMouse", "onPointer", "onTouch", "onFocus", "onBlur", "onDrag",
        "onDrop", "onScroll", "onWheel", "onCopy", "onCut", "onPaste", "onToggle", "onLoad",
        "onError", "onAnimation", "onTransition", "onContextMenu", "onComposition", "onBefore",
        "onPlay", "onPause", "onEnded", "onTimeUpdate", "onVolumeChange", "onGotPointerCapture",
        "onLostPointerCapture", "onAuxClick", "onCancel", "onClose",
    ]

    /// Whether the component needs a browser: it keeps state, has effects or handles events.
    var needsBrowser: Bool {
        hasCallbackRef
            || words.contains { word in
                Self.browserHooks.contains(word)
                    || (word.hasUTF8Prefix("on")
                        && Self.eventPrefixes.contains { word.hasUTF8Prefix($0) })
            }
    }

    /// Whether it can call hooks by computed names.
    private var mayUseAnyHook: Bool {
        hasHooksObject || !words.isDisjoint(with: ["eval", "require"])
    }

    /// The context that the component reads or may read. It includes the list of pages, which is large,
    /// only if the code names the hook.
    var context: Set<ComponentContext> {
        let named = ComponentContext.allCases.filter { words.contains($0.hook) }
        return mayUseAnyHook ? Set(named).union([.page, .node, .menu, .headings]) : Set(named)
    }

    /// Whether it may read the list of pages.
    var mayListPages: Bool { mayUseAnyHook || words.contains(ComponentContext.pages.hook) }
}
