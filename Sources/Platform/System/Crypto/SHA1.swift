import COpenSSL

/// Returns the 20 bytes of SHA-1. Only for protocols that require it, such as the WebSocket
/// handshake; it provides no security.
public func sha1(of message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 20)
    EVP_Digest(message, message.count, &digest, nil, EVP_sha1(), nil)
    return digest
}
