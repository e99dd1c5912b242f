import Core
import SiteModel

extension TemplateLibrary {
    /// An entry of `branding/fonts.json`.
    public struct Font: Sendable, Hashable {
        public var family: String
        /// A file whose name ends in `.woff2`, by its path from the project's folder.
        public var file: String
        public var weight: String
        public var style: String
        /// Fonts of visitors' systems in its measures, read from the file beside it that the set-up
        /// makes; empty without one.
        public var fallbacks: [FontFallback] = []

        static let list = "branding/fonts.json"
        /// Where `scripts/setup` makes fonts. The rest of that folder holds secrets.
        private static let madeFolder = ".robbieblocks/fonts"

        /// The folder that a link must not lead out of.
        var folder: String { file.hasUTF8Prefix(Self.madeFolder + "/") ? Self.madeFolder : "." }

        /// - Throws: `bad-branding` when the family or the file is missing, and when the path could
        ///   name a file that is not a font, since the build publishes what the entry names.
        init(_ entry: JSONValue) throws(Diagnostic) {
            guard let family = entry["family"]?.string, !family.isBlank,
                let file = entry["file"]?.string
            else {
                throw Diagnostic(
                    .badBranding, "an entry has no 'family' or no 'file'",
                    at: .init(field: Self.list),
                    hint: #"write {"family": "Inter", "file": "fonts/inter.woff2"}"#)
            }
            guard Self.isFontPath(file) else {
                throw Diagnostic(
                    .badBranding, "'\(file)' is not the path of a font",
                    at: .init(field: Self.list),
                    hint: "it leads from the project's folder to a file whose name ends in .woff2, "
                        + "without '..' and hidden folders")
            }
            self.family = family
            self.file = file
            weight = entry["weight"]?.string ?? "400"
            style = entry["style"]?.string ?? "normal"
        }

        private static func isFontPath(_ path: String) -> Bool {
            let below = path.droppingUTF8Prefix(madeFolder + "/") ?? path[...]
            return path.hasUTF8Suffix(".woff2")
                && below.splitUTF8(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                    !$0.isEmpty && !$0.hasUTF8Prefix(".")
                }
        }
    }
}
