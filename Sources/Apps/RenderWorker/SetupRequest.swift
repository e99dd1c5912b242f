import Core
import RenderProtocol

/// The request that gives a site to the engine.
struct SetupRequest {
    struct Component {
        var key: String
        var code: String
        /// JSON: what the engine must know about the component besides its code.
        var definition: String
        var isIsland: Bool
    }

    struct Layout {
        var key: String
        var code: String
        var mayListPages: Bool
    }

    var siteJSON: String
    var components: [Component] = []
    var layouts: [Layout] = []
    var documentCode: String
    var documentMayListPages: Bool

    init(decoding frame: [UInt8]) throws(ByteReader.Malformed) {
        var reader = ByteReader(frame)
        guard try reader.byte() == WorkerProtocol.RequestKind.setup.rawValue else {
            throw ByteReader.Malformed()
        }
        siteJSON = try reader.text()
        for _ in 0..<(try reader.count()) {
            components.append(
                Component(
                    key: try reader.text(), code: try reader.text(),
                    definition: try reader.text(), isIsland: try reader.flag()))
        }
        for _ in 0..<(try reader.count()) {
            layouts.append(
                Layout(
                    key: try reader.text(), code: try reader.text(),
                    mayListPages: try reader.flag()))
        }
        documentCode = try reader.text()
        documentMayListPages = try reader.flag()
        guard reader.isAtEnd else { throw ByteReader.Malformed() }
    }
}

extension ByteReader {
    /// Reads a byte that is 0 or 1.
    mutating func flag() throws(Malformed) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw Malformed()
        }
    }
}
