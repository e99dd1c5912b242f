/// A file name for a component, layout or style sheet in esbuild's working folder.
///
/// The tool treats names that differ only in case as one file, whatever the file system does; keys
/// that differ only in case are two components. A capital is therefore written as `~` and its
/// lower-case letter: keys never contain `~`.
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
