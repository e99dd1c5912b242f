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

    /// - Parameter text: the tool's output for one module, from its `// file` marker on.
    init(_ text: Substring) {
        var declarations: [String] = []
        var words: Set<String> = []
        for line in text.splitUTF8(separator: "\n") {
            if let name = Self.declaredName(in: line) { declarations.append(name) }
            Self.collectWords(of: line, into: &words)
        }
        self.declarations = declarations
        self.words = words
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
        words.contains { word in
            Self.browserHooks.contains(word)
                || (word.hasUTF8Prefix("on")
                    && Self.eventPrefixes.contains { word.hasUTF8Prefix($0) })
        }
    }

    /// Whether the code names a way to the objects that all pages share.
    var reachesPrototypes: Bool {
        !words.isDisjoint(with: [
            "prototype", "__proto__", "constructor", "getPrototypeOf", "setPrototypeOf",
            "__defineGetter__", "__defineSetter__", "eval", "Function",
        ])
    }

    /// Whether what it renders depends on what is rendered beside it: ids are counted by place in
    /// the tree, and chance by how often it was asked.
    var dependsOnNeighbours: Bool {
        !words.isDisjoint(with: ["useId", "random", "crypto", "Suspense", "lazy"])
    }

    /// What the component reads of its surroundings.
    var context: Set<ComponentContext> {
        Set(ComponentContext.allCases.filter { !words.isDisjoint(with: $0.words) })
    }
}
