/// Decodes a chunked body (RFC 9112, 7.1) piece by piece as it arrives.
///
/// It is strict where leniency would let two readers disagree on the end of a body: lines end with
/// CR LF, and sizes are plain hexadecimal digits. Chunk extensions and trailer fields are skipped,
/// but a trailer that is not a field is rejected.
struct ChunkedBody {
    enum Failure: Error {
        /// Not valid chunks.
        case malformed
        /// Over the limit on the body, or on the bytes around its data.
        case tooLong
    }

    private enum State {
        case size, extensions, sizeEnd, data, dataCR, dataLF
        case trailerStart, trailerName, trailer, trailerLF, lastLF, done
    }

    private var state = State.size
    private var digits = 0
    /// The bytes of the current chunk still to come.
    private var remaining = 0
    /// The bytes that carry no data, which are limited as well.
    private var overhead = 0
    /// The bytes of data received so far.
    private var received = 0
    private let limit: Int

    /// - Parameter limit: the most bytes of data.
    init(limit: Int) { self.limit = limit }

    var isComplete: Bool { state == .done }

    /// Decodes the next piece up to the end of the body, and appends its data to `body`.
    ///
    /// - Returns: the number of bytes of the piece that belong to the body.
    mutating func take(
        _ piece: ArraySlice<UInt8>, into body: inout [UInt8]
    ) throws(Failure) -> Int {
        var index = piece.startIndex
        while index < piece.endIndex, state != .done {
            if state == .data {
                let count = min(remaining, piece.endIndex - index)
                body.append(contentsOf: piece[index..<(index + count)])
                index += count
                remaining -= count
                if remaining == 0 { state = .dataCR }
                continue
            }
            try step(piece[index])
            index += 1
        }
        return index - piece.startIndex
    }

    /// Reads one byte outside the data.
    private mutating func step(_ byte: UInt8) throws(Failure) {
        overhead += 1
        // A chunk of a single byte has five bytes around it.
        guard overhead <= 16 * received + 4096 else { throw .tooLong }
        switch (state, byte) {
        case (.size, _) where HTTPSyntax.hexadecimalValue(byte) != nil:
            guard digits < 8 else { throw .tooLong }
            remaining = remaining * 16 + Int(HTTPSyntax.hexadecimalValue(byte) ?? 0)
            digits += 1
        case (.size, 13) where digits > 0: state = .sizeEnd
        case (.size, UInt8(ascii: ";")) where digits > 0: state = .extensions
        case (.extensions, 13): state = .sizeEnd
        case (.extensions, _) where HTTPSyntax.isValueByte(byte): break
        case (.sizeEnd, 10):
            digits = 0
            received += remaining
            guard received <= limit else { throw .tooLong }
            state = remaining == 0 ? .trailerStart : .data
        case (.dataCR, 13): state = .dataLF
        case (.dataLF, 10): state = .size
        case (.trailerStart, 13): state = .lastLF
        case (.trailerStart, _) where HTTPSyntax.isTokenByte(byte): state = .trailerName
        case (.trailerName, UInt8(ascii: ":")): state = .trailer
        case (.trailerName, _) where HTTPSyntax.isTokenByte(byte): break
        case (.trailer, _) where HTTPSyntax.isValueByte(byte): break
        case (.trailer, 13): state = .trailerLF
        case (.trailerLF, 10): state = .trailerStart
        case (.lastLF, 10): state = .done
        default: throw .malformed
        }
    }
}
