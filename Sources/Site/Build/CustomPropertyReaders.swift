import Bundling
import SiteModel

/// The custom properties that style sheets, scripts and components of a node use.
///
/// Pages are not searched: that would make the cost of a build grow with the number of pages.
struct CustomPropertyReaders {
    /// Names with their two hyphens: `--color-primary`.
    private(set) var names: Set<String> = []

    init(of content: NodeContent, library: TemplateLibrary) {
        let node = content.node
        for text in [node.customCSS, node.customScripts, library.baseStyles] { read(text) }
        for text in library.runtime.values { read(text) }
        for files in [library.layouts, library.components, ["": library.document]] {
            for file in files.values {
                read(file.code)
                read(file.styles)
            }
        }
        for component in content.components.values {
            read(component.code ?? "")
            read(component.styles ?? "")
        }
    }

    private mutating func read(_ text: String) {
        let bytes = Array(text.utf8)
        let hyphen = UInt8(ascii: "-")
        var index = 0
        while index + 2 < bytes.count {
            guard bytes[index] == hyphen, bytes[index + 1] == hyphen else {
                index += 1
                continue
            }
            var end = index + 2
            while end < bytes.count, Self.isName(bytes[end]) { end += 1 }
            names.insert(String(decoding: bytes[index..<end], as: UTF8.self))
            index = end
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
