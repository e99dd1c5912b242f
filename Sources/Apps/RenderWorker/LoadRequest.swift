import Core
import RenderProtocol

/// The request that loads the engine.
struct LoadRequest {
    var prelude: String
    var code: String
    /// The code with React's development build, to explain why a piece failed.
    var explainingCode: String

    init(decoding frame: [UInt8]) throws(ByteReader.Malformed) {
        var reader = ByteReader(frame)
        guard try reader.byte() == WorkerProtocol.RequestKind.load.rawValue else {
            throw ByteReader.Malformed()
        }
        prelude = try reader.text()
        code = try reader.text()
        explainingCode = try reader.text()
        guard reader.isAtEnd else { throw ByteReader.Malformed() }
    }
}
