import Diagnostics

/// Checks at the edge: what passes stands for itself in nginx's configuration, unquoted.
enum NginxValue {
    /// - Returns: the node's id: letters, digits, `-` and `_`, at most 100, starting with a letter or
    ///   digit.
    static func node(_ text: String) throws(Diagnostic) -> String {
        guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 100,
            text.utf8.allSatisfy({ isAlphanumeric($0) || isAny($0, of: "-_") })
        else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not the id of a node",
                hint: "a node's id has letters, digits, '-' and '_', such as 'testpilot'")
        }
        return text
    }

    /// - Returns: the host name in lower case.
    static func domain(_ text: String) throws(Diagnostic) -> String {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
        guard isName, text.utf8.count <= 253 else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not a domain",
                hint: "give the host name alone, such as 'www.example.com'; "
                    + "write an international name in its 'xn--' form")
        }
        return text.lowercased()
    }

    /// - Returns: the absolute path without a final slash.
    static func path(_ text: String) throws(Diagnostic) -> String {
        guard text.hasPrefix("/") else {
            throw Diagnostic(
                .usage, "the output folder '\(text.onOneLine)' is not an absolute path",
                hint: "nginx does not know the folder this command runs in: start the path with '/'"
            )
        }
        guard text.unicodeScalars.allSatisfy(isPlain), text.utf8.count <= 1024 else {
            throw Diagnostic(
                .usage, "nginx cannot be given the path '\(text.onOneLine)' safely",
                hint: "choose an output folder whose path has letters, digits and '/._-+@,~' only")
        }
        let names = text.split(separator: "/")
        guard !names.contains("."), !names.contains("..") else {
            throw Diagnostic(
                .usage, "the output folder '\(text.onOneLine)' has a '.' or '..' in its path",
                hint: "give the path that it stands for")
        }
        return names.map { "/" + $0 }.joined()
    }

    static func port(_ number: Int) throws(Diagnostic) -> Int {
        guard (1...65_535).contains(number) else {
            throw Diagnostic(
                .usage, "\(number) is not a port", hint: "choose one from 1 to 65535")
        }
        return number
    }

    /// - Returns: an IPv4 or IPv6 address in figures; nginx itself tells whether it exists.
    static func address(_ text: String) throws(Diagnostic) -> String {
        let isFigures = text.utf8.allSatisfy {
            isAny($0, of: "0123456789abcdefABCDEF.:")
        }
        guard isFigures, (2...45).contains(text.utf8.count) else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not an address to listen on",
                hint: "give an IP address in figures, such as 127.0.0.1")
        }
        return text
    }

    /// A value stands in double quotes, in which `$` still starts a variable.
    static func check(_ header: SecurityHeaders.Header) throws(Diagnostic) {
        let isName =
            !header.name.isEmpty
            && header.name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        let isValue = header.value.utf8.allSatisfy {
            (0x20...0x7e).contains($0) && !isAny($0, of: "\"\\$")
        }
        guard isName, isValue else {
            throw Diagnostic(
                .usage, "nginx cannot be given the header '\(header.name.onOneLine)' safely",
                hint: "its value may have any printable character but '\"', '\\' and '$'")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isAny(_ byte: UInt8, of text: StaticString) -> Bool {
        String(describing: text).utf8.contains(byte)
    }

    /// A character of a path that means nothing but itself to nginx.
    private static func isPlain(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII {
            return isAlphanumeric(UInt8(scalar.value)) || "/._-+@,~".unicodeScalars.contains(scalar)
        }
        return scalar.properties.isAlphabetic
    }
}
