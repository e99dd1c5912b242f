import Core

/// Input checks, and the escaping with which systemd reads a value back unchanged.
///
/// systemd reads some settings as words, in which quotation marks and backslashes are special, and
/// others as one text, in which they are not. A path with neither can be in both.
enum SystemdValue {
    /// - Parameter name: the path's purpose, for the message, such as "output folder".
    /// - Returns: the absolute path without a final slash.
    static func path(_ text: String, _ name: String) throws(Diagnostic) -> String {
        try ServiceValue.path(
            text, name, reader: "systemd", isPlain: isPlain,
            allowed: "no quotation mark, backslash, control character or space at its end")
    }

    /// - Returns: a path that has no pattern characters of systemd.
    static func file(_ text: String, _ name: String) throws(Diagnostic) -> String {
        let path = try path(text, name)
        guard !path.utf8.contains(where: { ServiceValue.isAny($0, of: "*?[]") }) else {
            throw Diagnostic(
                .usage, "systemd would read the \(name) '\(text.onOneLine)' as a pattern",
                hint: "choose a path without '*', '?', '[' and ']'")
        }
        return path
    }

    /// - Returns: the name of a system user.
    static func user(_ text: String) throws(Diagnostic) -> String {
        let isName = text.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "_"):
                true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): index > 0
            default: false
            }
        }
        guard isName, (1...31).contains(text.utf8.count) else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not the name of a user",
                hint: "give the user's name, such as 'robbieblocks'")
        }
        guard text != "root" else {
            throw Diagnostic(
                .usage, "a site must not be built by root",
                hint: "give a user who owns the output folder and nothing else")
        }
        return text
    }

    /// Escapes a path for a setting that is one text, where only `%` is special.
    static func text(_ path: String) -> String { path.replacingUTF8("%", with: "%%") }

    /// Quotes a path for a setting that is a list of words.
    ///
    /// - Parameter prefix: characters for systemd before the path, such as `-`.
    static func word(_ path: String, prefix: String = "") -> String {
        let word = prefix + text(path)
        let isBare = word.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
                || "/._-+@,~:%=$".unicodeScalars.contains($0)
        }
        return isBare ? word : "\"\(word)\""
    }

    /// Whether a character has no special meaning to systemd in any setting, at least within
    /// quotation marks.
    private static func isPlain(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format, .unassigned, .surrogate: false
        default: !"\"'\\".unicodeScalars.contains(scalar)
        }
    }
}
