import System

/// A page has two style sheets: that of the site, and one of all components that it places.
///
/// Pages with the same components share the second one. Its name depends on its contents, so an
/// edit of a component's styles changes the pages with the component, and a page that keeps its
/// last good version also keeps its styles.
extension AssetBundle {
    /// The path of the site's own sheet: the tokens, and the styles of every page from them and
    /// from the node's row. It keeps its name, so that an edited token changes one file and no
    /// page.
    public static let siteSheet = "assets/site.css"

    /// Returns the path of the sheet of pages with these components, below the site's root; nil
    /// when none of them has styles.
    ///
    /// - Parameter keys: of components, sorted, each once.
    public func sheetPath(of keys: some Sequence<String>) -> String? {
        var hasher = SHA256Hasher()
        var isEmpty = true
        for key in keys {
            guard let styles = components[key]?.styles else { continue }
            hasher.update(field: styles.digest)
            isEmpty = false
        }
        return isEmpty ? nil : "assets/page-\(hasher.finalize().hex(16)).css"
    }

    /// Returns the sheet of pages with these components; nil when none of them has styles.
    ///
    /// - Parameter keys: of components, sorted, each once.
    public func sheet(of keys: some Sequence<String>) -> Asset? {
        guard let path = sheetPath(of: keys) else { return nil }
        var bytes: [UInt8] = []
        for key in keys { bytes += components[key]?.styles?.css.utf8 ?? "".utf8 }
        return Asset(path: path, bytes: bytes, isImmutable: true)
    }
}
