import COpenSSL

/// The 20 bytes of SHA-1, for protocols that name it, as the WebSocket handshake does; it protects
/// nothing.
public func sha1(of message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 20)
    EVP_Digest(message, message.count, &digest, nil, EVP_sha1(), nil)
    return digest
}
