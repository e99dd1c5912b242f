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
        for line in text.split(separator: "\n") {
            if let name = Self.declaredName(in: line) { declarations.append(name) }
            Self.collectWords(of: line, into: &words)
        }
        self.declarations = declarations
        self.words = words
    }

    private static func declaredName(in line: Substring) -> String? {
        var rest = line
        for prefix in ["export ", "async "] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        for keyword in ["var ", "let ", "const ", "function* ", "function ", "class "]
        where rest.hasPrefix(keyword) {
            let name = rest.dropFirst(keyword.count).prefix { isWordCharacter($0) }
            return name.isEmpty ? nil : String(name)
        }
        return nil
    }

    private static func collectWords(of line: Substring, into words: inout Set<String>) {
        var index = line.startIndex
        while index < line.endIndex {
            let character = line[index]
            if character == "\"" || character == "'" {
                index = line.index(after: index)
                while index < line.endIndex, line[index] != character {
                    if line[index] == "\\" { index = line.index(after: index) }
                    if index < line.endIndex { index = line.index(after: index) }
                }
                if index < line.endIndex { index = line.index(after: index) }
            } else if isWordCharacter(character) {
                let word = line[index...].prefix { isWordCharacter($0) }
                words.insert(String(word))
                index = word.endIndex
            } else {
                index = line.index(after: index)
            }
        }
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
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
                || (word.hasPrefix("on") && Self.eventPrefixes.contains { word.hasPrefix($0) })
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
