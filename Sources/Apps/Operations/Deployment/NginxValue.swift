import Core

/// Input checks: an accepted value has no special meaning in nginx's configuration, even unquoted.
enum NginxValue {
    /// - Returns: the host name in lower case.
    static func domain(_ text: String) throws(Diagnostic) -> String {
        let labels = text.splitUTF8(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasUTF8Prefix("-")
                && !label.hasUTF8Suffix("-")
                && label.utf8.allSatisfy {
                    ServiceValue.isAlphanumeric($0) || $0 == UInt8(ascii: "-")
                }
        }
        guard isName, text.utf8.count <= 253 else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not a domain",
                hint: "give the host name alone, such as 'www.example.com'; "
                    + "write an international name in its 'xn--' form")
        }
        return text.lowercased()
    }

    /// - Returns: the absolute path without a final slash; "" for the root.
    static func path(_ text: String) throws(Diagnostic) -> String {
        let path = try ServiceValue.path(
            text, "output folder", reader: "nginx", isPlain: isPlain,
            allowed: "letters, digits and '/._-+@,~' only")
        return path == "/" ? "" : path
    }

    /// - Returns: an IPv4 or IPv6 address; nginx itself reports whether it exists.
    static func address(_ text: String) throws(Diagnostic) -> String {
        let isFigures = text.utf8.allSatisfy {
            ServiceValue.isAny($0, of: "0123456789abcdefABCDEF.:")
        }
        guard isFigures, (2...45).contains(text.utf8.count) else {
            throw Diagnostic(
                .usage, "'\(text.onOneLine)' is not an address to listen on",
                hint: "give a numeric IP address, such as 127.0.0.1")
        }
        return text
    }

    /// Checks a header. Its value is within double quotes, where `$` still starts a variable.
    static func check(_ header: SecurityHeaders.Header) throws(Diagnostic) {
        let isName =
            !header.name.isEmpty
            && header.name.utf8.allSatisfy {
                ServiceValue.isAlphanumeric($0) || $0 == UInt8(ascii: "-")
            }
        let isValue = header.value.utf8.allSatisfy {
            (0x20...0x7e).contains($0) && !ServiceValue.isAny($0, of: "\"\\$")
        }
        guard isName, isValue else {
            throw Diagnostic(
                .usage,
                "the header '\(header.name.onOneLine)' is not safe in nginx's configuration",
                hint: "its value may have any printable character but '\"', '\\' and '$'")
        }
    }

    /// Whether a character of a path has no special meaning to nginx.
    private static func isPlain(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII {
            return ServiceValue.isAlphanumeric(UInt8(scalar.value))
                || "/._-+@,~".unicodeScalars.contains(scalar)
        }
        return scalar.properties.isAlphabetic
    }
}
