import Core

/// A style token from the database or a file: `color.primary` and its value.
public struct StyleToken: Sendable, Hashable {
    /// Lower-case words separated by `.`, `_` or `-`, such as `font.size.2xl`.
    public var key: String
    /// A CSS value, such as `#8B5CF6` or `0.25rem`.
    public var value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

extension StyleToken {
    /// The keys of `robbieblocks_style_tokens` that every site has.
    static let shippedKeys: Set<String> = {
        let words = [
            "color": "primary secondary background surface text text-muted success warning error",
            "font": "heading body mono", "font.size": "xs sm base lg xl 2xl 3xl",
            "spacing": "xs sm md lg xl 2xl", "shadow": "sm md lg xl",
            "animation": "fast normal slow ease",
        ]
        return Set(
            words.flatMap { group, words in
                words.splitUTF8(separator: " ").map { "\(group).\($0)" }
            })
    }()

    /// The custom property that templates read: `--color-primary` for `color.primary`.
    public var propertyName: String { Self.propertyName(ofKey: key) }

    static func propertyName(ofKey key: String) -> String {
        "--" + key.replacingUTF8(".", with: "-")
    }

    /// Returns why this key cannot name a custom property, or nil when it can.
    static func fault(inKey key: String) -> String? {
        guard !key.isEmpty else { return "a token key is empty" }
        guard key.utf8.count <= 255 else { return "the key is longer than 255 bytes" }
        let words = key.utf8.split(
            omittingEmptySubsequences: false,
            whereSeparator: {
                [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
            })
        let areWords = words.allSatisfy { word in
            !word.isEmpty
                && word.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
        }
        return areWords
            ? nil : "a token key is lower-case words and digits separated by '.', '_' or '-'"
    }
}
