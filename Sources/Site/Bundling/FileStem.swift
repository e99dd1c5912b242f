/// A name for the file of a component, layout or style sheet in esbuild's working folder.
///
/// The tool takes names that differ only in case for one file, whatever the file system says; keys
/// that differ only in case are two components. So a capital is written as `~` and its small letter:
/// `~` stands in no key.
struct FileStem: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ key: String) {
        var stem = ""
        for scalar in key.unicodeScalars {
            if ("A"..."Z").contains(scalar) {
                stem += "~" + String(scalar).lowercased()
            } else {
                stem.unicodeScalars.append(scalar)
            }
        }
        description = stem
    }
}
