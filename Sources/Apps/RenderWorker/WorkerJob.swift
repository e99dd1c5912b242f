import Core
import RenderProtocol
import SiteModel

/// A job as the worker sees it.
struct WorkerJob {
    struct Piece {
        var zone: Zone
        var order: Int?
        /// The index of the component; nil is the page's Markdown.
        var component: Int?
        var props: [UInt8]
    }

    /// The numbers of what jobs name by index.
    struct Bounds {
        var layouts: Int
        var components: Int
    }

    var layout: Int
    /// The time of the page's clock, in milliseconds since 1970.
    var clock: Int
    var isTrusted: Bool
    var pageJSON: String
    var headJSON: String
    /// The language tag of the page.
    var language: String
    var markdown: [UInt8]
    var pieces: [Piece]
    /// The headings of the Markdown, after it is rendered.
    var headingsJSON = "[]"

    init(
        reading reader: inout ByteReader, within bounds: Bounds
    ) throws(ByteReader.Malformed) {
        layout = try reader.int()
        guard (0..<bounds.layouts).contains(layout) else { throw ByteReader.Malformed() }
        clock = try reader.int()
        isTrusted = try reader.flag()
        pageJSON = try reader.text()
        headJSON = try reader.text()
        language = try reader.text()
        markdown = try reader.field()
        pieces = []
        for _ in 0..<(try reader.count()) {
            let zone = Int(try reader.byte())
            guard Zone.allCases.indices.contains(zone) else { throw ByteReader.Malformed() }
            let order = try reader.int()
            let component = try reader.int()
            guard (-1..<bounds.components).contains(component) else {
                throw ByteReader.Malformed()
            }
            pieces.append(
                Piece(
                    zone: Zone.allCases[zone], order: order == Int.min ? nil : order,
                    component: component < 0 ? nil : component,
                    props: component < 0 ? [] : try reader.field()))
        }
    }
}
