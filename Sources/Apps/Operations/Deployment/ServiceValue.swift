import Core

/// Checks of values for both nginx and systemd, so that both reject the same node, port or path.
enum ServiceValue {
    /// - Returns: the node's id. Every row and every `--node` must have this form.
    static func node(_ text: String) throws(Diagnostic) -> String {
        guard text.isPlainName else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not the id of a node",
                hint: "a node's id has letters, digits, '-', '_' and '.', such as 'testpilot'")
        }
        return text
    }

    static func port(_ number: Int) throws(Diagnostic) -> Int {
        guard (1...65_535).contains(number) else {
            throw Diagnostic(
                .usage, "\(number) is not a port", hint: "choose one from 1 to 65535")
        }
        return number
    }

    /// - Parameters:
    ///   - name: the path's purpose, for the message, such as "output folder".
    ///   - reader: the program that will read it.
    ///   - isPlain: whether a character has no special meaning to the reader.
    ///   - allowed: the allowed characters in words.
    /// - Returns: the absolute path without a final slash, of at most 1024 bytes.
    static func path(
        _ text: String, _ name: String, reader: String, isPlain: (UnicodeScalar) -> Bool,
        allowed: String
    ) throws(Diagnostic) -> String {
        guard text.hasUTF8Prefix("/") else {
            throw Diagnostic(
                .usage, "the \(name) '\(text.onOneLine)' is not an absolute path",
                hint: "\(reader) does not know the folder this command runs in: "
                    + "start the path with '/'")
        }
        let names = text.splitUTF8(separator: "/")
        // By characters: complete names are compared, not parts of names.
        guard !names.contains("."), !names.contains("..") else {
            throw Diagnostic(
                .usage, "the \(name) '\(text.onOneLine)' has a '.' or '..' in its path",
                hint: "give the resolved path")
        }
        let path = names.isEmpty ? "/" : names.map { "/" + $0 }.joined()
        guard path.unicodeScalars.allSatisfy(isPlain),
            path.unicodeScalars.last?.properties.isWhitespace != true,
            path.utf8.count <= 1024
        else {
            throw Diagnostic(
                .usage, "the \(name) '\(text.onOneLine)' is not safe in a file for \(reader)",
                hint: "choose a path of at most 1024 bytes with \(allowed)")
        }
        return path
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    static func isAny(_ byte: UInt8, of text: StaticString) -> Bool {
        String(describing: text).utf8.contains(byte)
    }
}
