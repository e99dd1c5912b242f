import System

/// The response to a request for a WebSocket (RFC 6455, 4.2).
enum WebSocketHandshake {
    /// Returns the value that proves to the client that the server speaks the protocol.
    static func proof(of key: String) -> String {
        Base64.encode(sha1(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// Returns the refusal of an invalid request for a WebSocket; nil when the request is valid.
    static func refusal(of head: RequestReader.Head) -> HTTPResponse? {
        guard head.request.method == .get, case .none = head.body else {
            return .text(405, "A WebSocket is opened with GET.", fields: ["allow": "GET"])
        }
        guard head.version == "13" else {
            return .text(
                426, "Version 13 of the protocol is spoken here.",
                fields: ["sec-websocket-version": "13"])
        }
        guard let key = head.key, Base64.isSpelled(key, count: 16) else {
            return .text(400, "The Sec-WebSocket-Key is not 16 bytes in base64.")
        }
        return nil
    }

    static func answer(to key: String, fields: HTTPFields) -> [UInt8] {
        var text = "HTTP/1.1 101 \(HTTPStatus.reason(101))\r\nupgrade: websocket\r\n"
        text += "connection: Upgrade\r\nsec-websocket-accept: \(proof(of: key))\r\n"
        for field in fields.all where field.isSendable {
            text += "\(field.name): \(field.value)\r\n"
        }
        return Array((text + "\r\n").utf8)
    }
}
