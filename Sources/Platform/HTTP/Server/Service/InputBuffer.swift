import Glibc

extension [UInt8] {
    /// Appends the bytes received on `descriptor`, up to `limit` bytes.
    ///
    /// - Returns: false when the peer has closed its side, or the connection is gone.
    mutating func append(from descriptor: Int32, atMost limit: Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { buffer in
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { append(contentsOf: buffer[..<count]) }
            return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
        }
    }
}
