import Core

/// What can be read off the code that esbuild has parsed and printed again.
///
/// The printed form is regular: top-level statements begin at the start of a line, there is no JSX,
/// no type, no template literal and no comment but markers, and no string spans lines. So a scan by
/// line and word is exact where a scan of the admin's own text would guess.
struct CompiledJavaScript: Sendable {
    /// Every word of the code outside strings, regular expressions and comments.
    let words: Set<String>
    /// Whether it has the module of the hooks as an object, whose members need no word.
    let reachesHooksByName: Bool
    /// Whether it loads modules by names that it puts together while it runs.
    let importsByName: Bool
    /// Whether an element has a function as its `ref`, which is called with the browser's element.
    let hasCallbackRef: Bool
    /// Names declared at the top level that can be a component, by what is declared, in order.
    let candidates: [String]

    /// - Parameter text: the tool's output for one module, from its `// file` marker on.
    init(_ text: Substring) {
        var words: Set<String> = []
        var reachesHooksByName = false
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
                reachesHooksByName = reachesHooksByName || Self.givesHooksAsObject(line, in: text)
            }
        }
        self.reachesHooksByName = reachesHooksByName
        self.candidates = candidates.names
        self.hasCallbackRef = hasCallbackRef
        importsByName = words.contains("import") && Self.importsByName(BareCode(text))
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

    /// What a line gives as `ref`: a function in place, or the name of something.
    private enum RefValue {
        case function
        case name(String)
    }

    /// - Parameter line: without what stands in strings.
    private static func refs(in line: Substring) -> [RefValue] {
        var refs: [RefValue] = []
        var rest = line
        while let range = rest.firstUTF8Range(of: "ref") {
            let before = line[..<range.lowerBound].utf8
            rest = rest[range.upperBound...]
            if let last = before.last, isOfWord(last) { continue }
            guard let value = rest.droppingUTF8Prefix(": ") else {
                if isShorthand(after: before, before: rest.utf8) { refs.append(.name("ref")) }
                continue
            }
            let name = String(Substring(value.utf8.prefix(while: isOfWord)))
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

    /// Whether a name between the two is a property of the same name, as in `{ ref }`. A longer object
    /// has each property on a line of its own.
    private static func isShorthand(
        after before: Substring.UTF8View, before rest: Substring.UTF8View
    ) -> Bool {
        let space = UInt8(ascii: " ")
        let last = before.last { $0 != space }
        let next = rest.first { $0 != space }
        return (last.map { "{,".utf8.contains($0) } ?? true)
            && (next.map { ",}".utf8.contains($0) } ?? true)
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

    private static func collectWords(of line: Substring, into words: inout Set<String>) {
        for word in line.utf8.split(whereSeparator: { !isOfWord($0) }) {
            words.insert(String(Substring(word)))
        }
    }

    /// A byte of a name; what is not ASCII stands in printed code within names and strings alone.
    static func isOfWord(_ byte: UInt8) -> Bool {
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
        return hidesHooks ? Set(named).union([.page, .node, .menu, .headings]) : Set(named)
    }

    /// Whether it may read the list of pages.
    var mayListPages: Bool { hidesHooks || words.contains(ComponentContext.pages.hook) }
}
