import UTF8Text

/// What can be read off the code that esbuild has parsed and printed again.
///
/// The printed form is regular: top-level statements begin at the start of a line, there is no JSX,
/// no type, no template literal and no comment but markers, and no string spans lines. So a scan by
/// line and word is exact where a scan of the admin's own text would guess.
struct CompiledJavaScript: Sendable {
    /// Names declared at the top level, in order.
    let declarations: [String]
    /// Every word of the code outside strings, with the character that follows it.
    let words: Set<String>
    /// Whether it has the module of the hooks as an object, whose members need no word.
    let reachesHooksByName: Bool
    /// Whether an element has a function as its `ref`, which is called with the browser's element.
    let hasCallbackRef: Bool
    /// Those of `declarations` that can be a component, by what is declared.
    let candidates: [String]

    /// - Parameter text: the tool's output for one module, from its `// file` marker on.
    init(_ text: Substring) {
        var declarations: [String] = []
        var words: Set<String> = []
        var reachesHooksByName = false
        var candidates: [String] = []
        var hasCallbackRef = false
        for line in text.splitUTF8(separator: "\n") {
            if let name = Self.declaredName(in: line) {
                declarations.append(name)
                if Self.canBeComponent(line) { candidates.append(name) }
            }
            for ref in Self.refs(in: line) {
                switch ref {
                case .function: hasCallbackRef = true
                case .name(let name):
                    hasCallbackRef = hasCallbackRef || Self.isFunction(name, in: text)
                }
            }
            Self.collectWords(of: line, into: &words)
            if line.containsUTF8("\"robbieblocks\"") {
                reachesHooksByName = reachesHooksByName || Self.givesHooksAsObject(line, in: text)
            }
        }
        self.reachesHooksByName = reachesHooksByName
        self.candidates = candidates
        self.hasCallbackRef = hasCallbackRef
        self.declarations = declarations
        self.words = words
    }

    /// Whether a line that names the module of the hooks gives more than single hooks, or a namespace
    /// of which only members are named.
    private static func givesHooksAsObject(_ line: Substring, in text: Substring) -> Bool {
        if line.hasUTF8Prefix("import {") { return line.containsUTF8("default") }
        guard let rest = line.droppingUTF8Prefix("import * as ") else { return true }
        let name = Substring(rest.utf8.prefix(while: isOfWord))
        var after = text
        while let range = after.firstUTF8Range(of: name) {
            let before = after[..<range.lowerBound].utf8.last
            after = after[range.upperBound...]
            let next = after.utf8.first
            if before.map(isOfWord) == true || next.map(isOfWord) == true { continue }
            if next != UInt8(ascii: "."), !after.hasUTF8Prefix(" from \"robbieblocks\"") {
                return true
            }
        }
        return false
    }

    private static func declaredName(in line: Substring) -> String? {
        var rest = line
        for prefix in ["export ", "async "] where rest.hasUTF8Prefix(prefix) {
            rest = rest.droppingUTF8Prefix(prefix) ?? rest
        }
        for keyword in ["var ", "let ", "const ", "function* ", "function ", "class "] {
            guard let name = rest.droppingUTF8Prefix(keyword)?.utf8.prefix(while: isOfWord) else {
                continue
            }
            return name.isEmpty ? nil : String(Substring(name))
        }
        return nil
    }

    /// Whether the value that a line declares can be a component: no object, list, text or number is.
    private static func canBeComponent(_ line: Substring) -> Bool {
        guard let equals = line.firstUTF8Range(of: " = "), !line.hasUTF8Prefix("function"),
            !line.hasUTF8Prefix("class"), !line.hasUTF8Prefix("async function")
        else { return true }
        let value = line[equals.upperBound...]
        let starts = ["{", "[", "\"", "'", "/", "-", "new ", "true", "false", "null", "Symbol("]
        if starts.contains(where: { value.hasUTF8Prefix($0) }) { return false }
        return value.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ?? true
    }

    /// What a line gives as `ref`: a function in place, or the name of something.
    private enum RefValue {
        case function
        case name(String)
    }

    private static func refs(in line: Substring) -> [RefValue] {
        var refs: [RefValue] = []
        var rest = line
        while let range = rest.firstUTF8Range(of: "ref: ") {
            let before = rest[..<range.lowerBound].utf8.last
            rest = rest[range.upperBound...]
            if let before, isOfWord(before) { continue }
            let name = String(Substring(rest.utf8.prefix(while: isOfWord)))
            let isArrow =
                rest.hasUTF8Prefix("(")
                ? Substring(rest.utf8.drop { $0 != UInt8(ascii: ")") }).hasUTF8Prefix(") =>")
                : rest.hasUTF8Prefix(name + " =>")
            if isArrow || name == "function" || name == "async" {
                refs.append(.function)
            } else if !name.isEmpty {
                refs.append(.name(name))
            }
        }
        return refs
    }

    /// Whether a name is declared as something else than a ref object.
    private static func isFunction(_ name: String, in text: Substring) -> Bool {
        if text.containsUTF8("function \(name)(") { return true }
        guard let declared = text.firstUTF8Range(of: " \(name) = ") else {
            // The setter of a state is a function too.
            return text.containsUTF8(", \(name)] = ")
        }
        let value = text[declared.upperBound...].utf8.prefix { $0 != UInt8(ascii: "\n") }
        return !Substring(value).containsUTF8("Ref")
    }

    private static func collectWords(of text: Substring, into words: inout Set<String>) {
        let line = text.utf8
        var index = line.startIndex
        while index < line.endIndex {
            let character = line[index]
            if character == UInt8(ascii: "\"") || character == UInt8(ascii: "'") {
                index = line.index(after: index)
                while index < line.endIndex, line[index] != character {
                    if line[index] == UInt8(ascii: "\\") { index = line.index(after: index) }
                    if index < line.endIndex { index = line.index(after: index) }
                }
                if index < line.endIndex { index = line.index(after: index) }
            } else if isOfWord(character) {
                let word = line[index...].prefix(while: isOfWord)
                words.insert(String(Substring(word)))
                index = word.endIndex
            } else {
                index = line.index(after: index)
            }
        }
    }

    /// A byte of a name; what is not ASCII stands in printed code within names and strings alone.
    private static func isOfWord(_ byte: UInt8) -> Bool {
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
        // Of classes, and of what they inherit.
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

    /// Whether it can call hooks by names that it puts together.
    private var hidesHooks: Bool {
        reachesHooksByName || !words.isDisjoint(with: ["eval", "require"])
    }

    /// What the component reads of its surroundings, or may read. The list of pages is large, and is
    /// among it only when the code names the hook.
    var context: Set<ComponentContext> {
        let named = ComponentContext.allCases.filter { words.contains($0.hook) }
        return hidesHooks ? Set(named).union([.page, .node, .menu]) : Set(named)
    }

    /// Whether it may read the list of pages.
    var mayListPages: Bool { hidesHooks || words.contains(ComponentContext.pages.hook) }
}
