import CCompression

/// Makes the `.gz` and `.br` files that a web server sends unchanged.
public enum Compression: Sendable {
    case gzip, brotli

    /// How much time to spend: pages are compressed while an admin waits, assets only once.
    public enum Effort: Sendable { case page, asset }

    /// The suffix of the compressed file, with its dot.
    public var suffix: String { self == .gzip ? ".gz" : ".br" }

    /// - Returns: the compressed bytes, or nil when compression is not worthwhile.
    public func compress(_ input: [UInt8], effort: Effort) -> [UInt8]? {
        guard input.count > 256 else { return nil }
        let output =
            switch self {
            case .gzip: Self.gzip(input, level: effort == .page ? 6 : 9)
            case .brotli: Self.brotli(input, quality: effort == .page ? 5 : 11)
            }
        guard let output, output.count + 64 < input.count else { return nil }
        return output
    }

    private static func gzip(_ input: [UInt8], level: Int32) -> [UInt8]? {
        var stream = z_stream()
        guard robbieblocks_deflate_init_gzip(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let capacity = Int(deflateBound(&stream, UInt(input.count)))
        return input.withUnsafeBufferPointer { source in
            let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
            }
            return bytes.isEmpty ? nil : bytes
        }
    }

    private static func brotli(_ input: [UInt8], quality: Int32) -> [UInt8]? {
        let capacity = BrotliEncoderMaxCompressedSize(input.count)
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
            var size = target.count
            let done = BrotliEncoderCompress(
                quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, input.count, input,
                &size, target.baseAddress)
            count = done == BROTLI_TRUE ? size : 0
        }
        return bytes.isEmpty ? nil : bytes
    }
}
