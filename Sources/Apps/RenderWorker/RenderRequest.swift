import Core
import RenderProtocol

/// The request that renders jobs. They are read one by one, because they are large and each is
/// needed once.
struct RenderRequest {
    /// Whether each piece is rendered and announced alone.
    let announcesSteps: Bool
    private var reader: ByteReader
    private var left: Int
    private let bounds: WorkerJob.Bounds

    /// - Parameter bounds: what the engine's site has.
    init(decoding frame: [UInt8], within bounds: WorkerJob.Bounds) throws(ByteReader.Malformed) {
        reader = ByteReader(frame)
        guard try reader.byte() == WorkerProtocol.RequestKind.render.rawValue else {
            throw ByteReader.Malformed()
        }
        announcesSteps = try reader.flag()
        left = try reader.count()
        self.bounds = bounds
    }

    /// Reads the next job; nil after the last.
    mutating func next() throws(ByteReader.Malformed) -> WorkerJob? {
        guard left > 0 else {
            guard reader.isAtEnd else { throw ByteReader.Malformed() }
            return nil
        }
        left -= 1
        return try WorkerJob(reading: &reader, within: bounds)
    }
}
