import Core

/// A provider's own words for what went wrong.
enum ProviderError {
    /// Characters of it that are kept.
    static let limit = 200

    /// The value of a member `error`: a string, or an object with a `message`.
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

    /// The message in the body of an answer with a bad status.
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

    /// A message for an error of ours: one short line, without the key that it may quote.
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
    /// A number of tokens.
    mutating func count() throws(JSONFault) -> Int {
        guard let count = Int(exactly: try number()), 0...1_000_000_000 ~= count else {
            throw mismatch
        }
        return count
    }
}
