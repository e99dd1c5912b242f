import Core

/// Extracts a provider's own error message.
enum ProviderError {
    /// Maximum number of characters shown.
    static let limit = 200

    /// Reads the value of a member `error`: a string, or an object with a `message`.
    static func read(_ scanner: inout JSONScanner) throws(JSONFault) -> String? {
        var message: String?
        if scanner.next == UInt8(ascii: "{") {
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if scanner.key(key, is: "message"), scanner.next == UInt8(ascii: "\"") {
                    message = try scanner.string()
                } else {
                    try scanner.skip()
                }
            }
        } else {
            message = try scanner.string()
        }
        return message
    }

    /// Returns the message in the body of an error response.
    static func message(in body: [UInt8]) -> String? {
        var scanner = JSONScanner(body)
        do {
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if scanner.key(key, is: "error") { return try read(&scanner) }
                try scanner.skip()
            }
        } catch {}
        return nil
    }

    /// Shortens a provider's message to one line for our own, and removes the key that it may
    /// quote.
    static func shown(_ message: String?, hiding key: String?) -> String? {
        guard var text = message else { return nil }
        if let key {
            text = text.split(separator: key, omittingEmptySubsequences: false).joined(
                separator: "…")
        }
        let line = String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(limit).map { $0.value < 0x20 ? " " : $0 }))
        return line.isEmpty ? nil : line
    }
}

extension JSONScanner {
    /// Reads a number of tokens.
    mutating func count() throws(JSONFault) -> Int {
        guard let count = Int(exactly: try number()), 0...1_000_000_000 ~= count else {
            throw mismatch
        }
        return count
    }
}
