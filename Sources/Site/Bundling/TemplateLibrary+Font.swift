import Core
public import SiteModel

extension TemplateLibrary {
    /// An entry of `branding/fonts.json`.
    public struct Font: Sendable, Hashable {
        public var family: String
        /// A file whose name ends in `.woff2`, by its path from the project's folder.
        public var file: String
        public var weight: ClosedRange<Int>
        public var style: FontFace.Style
        /// Fonts of visitors' systems with its metrics, read from the file beside it that the set-up
        /// creates; empty without the file.
        public var fallbacks: [FontFace.Fallback] = []

        static let list = "branding/fonts.json"
        /// The folder in which `scripts/setup` creates fonts. Its parent folder contains secrets.
        private static let madeFolder = ".robbieblocks/fonts"

        /// The folder that a link must not lead out of.
        var folder: String { isMadeBySetup ? Self.madeFolder : "." }

        /// Whether `scripts/setup` creates the file on each machine, so that it may be missing.
        var isMadeBySetup: Bool { file.hasUTF8Prefix(Self.madeFolder + "/") }

        private static let limit = 100

        /// Reads the list.
        ///
        /// - Throws: `bad-branding` when it is not a list, is too long, or has an invalid entry, or
        ///   two entries for the same font.
        static func all(in list: JSONValue) throws(Diagnostic) -> [Self] {
            guard let entries = list.array else {
                throw fault(
                    "the file is not a list",
                    #"write [{"family": "Inter", "file": "fonts/inter.woff2"}]"#)
            }
            guard entries.count <= limit else {
                throw fault(
                    "the file lists \(entries.count) fonts; \(limit) is the limit",
                    "remove those that no token names")
            }
            var fonts: [Self] = []
            for entry in entries {
                let font = try Self(entry)
                let isThere = fonts.contains {
                    FontFace.normalized($0.family).isUTF8Equal(to: FontFace.normalized(font.family))
                        && $0.weight == font.weight && $0.style == font.style
                }
                guard !isThere else {
                    throw fault(
                        "two entries are for '\(font.family)' with the same weight and style",
                        "remove one of them")
                }
                fonts.append(font)
            }
            return fonts
        }

        private static func fault(_ words: String, _ hint: String) -> Diagnostic {
            Diagnostic(.badBranding, words, at: .init(field: list), hint: hint)
        }

        /// - Throws: `bad-branding` when the family or the file is missing, when the path could name a
        ///   file that is not a font, since the build publishes the named file, and when weight or
        ///   style is not valid.
        init(_ entry: JSONValue) throws(Diagnostic) {
            guard let family = entry["family"]?.string, !family.isBlank,
                let file = entry["file"]?.string
            else {
                throw Self.fault(
                    "an entry has no 'family' or no 'file'",
                    #"write {"family": "Inter", "file": "fonts/inter.woff2"}"#)
            }
            guard Self.isFontPath(file) else {
                throw Self.fault(
                    "'\(file)' is not the path of a font",
                    "it leads from the project's folder to a file whose name ends in .woff2, "
                        + "without '..' and hidden folders")
            }
            guard let weight = FontFace.weight(entry["weight"] ?? "400") else {
                throw Self.fault(
                    "the weight of '\(family)' is not valid",
                    #"write "400", or "100 900" for a variable font; from 1 to 1000"#)
            }
            guard
                let style = (entry["style"] ?? "normal").string.flatMap(
                    FontFace.Style.init(rawValue:))
            else {
                throw Self.fault(
                    "the style of '\(family)' is not valid", #"write "normal" or "italic""#)
            }
            self.family = family
            self.file = file
            self.weight = weight
            self.style = style
        }

        private static func isFontPath(_ path: String) -> Bool {
            let below = path.droppingUTF8Prefix(madeFolder + "/") ?? path[...]
            return path.hasUTF8Suffix(".woff2") && path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
                && below.splitUTF8(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                    !$0.isEmpty && !$0.hasUTF8Prefix(".")
                }
        }
    }
}
