import CWebSockets

/// Makes a request value of a head that libwebsockets has parsed.
struct RequestReader {
    enum Body {
        case none
        /// As many bytes as the content-length says.
        case bytes(Int)
        case chunks

        var isChunked: Bool {
            if case .chunks = self { true } else { false }
        }
    }

    /// A request whose body, if it has one, is still to come.
    struct Head {
        let request: HTTPRequest
        let body: Body
        /// Whether the client may send another request on the connection, as HTTP/1.1 is by default.
        let mayStay: Bool
        /// Whether the client waits to be told that its body is wanted.
        let expectsContinue: Bool
        /// Whether the client wants to go on as a WebSocket.
        let isUpgrade: Bool
        /// Of a request for a WebSocket.
        let key: String?
        let version: String?
    }

    /// Why a request is not put to a handler.
    struct Refusal: Error {
        let response: HTTPResponse

        init(_ status: Int, _ text: String) { response = .text(status, text) }

        init(_ response: HTTPResponse) { self.response = response }
    }

    /// Fields that libwebsockets knows by number.
    private let known: [(name: String, token: lws_token_indexes)]
    /// Fields that it keeps by name.
    private let others: [String]
    private let limits: HTTPServerConfiguration.Limits

    init(fields: Set<String>, limits: HTTPServerConfiguration.Limits) {
        let tokens = Self.tokens
        known = fields.sorted().compactMap { name in tokens[name].map { (name, $0) } }
        others = fields.filter { tokens[$0] == nil }.sorted()
        self.limits = limits
    }

    var tooLarge: HTTPResponse { .text(413, "The body is over \(limits.bodyBytes) bytes.") }

    func read(
        _ wsi: OpaquePointer, _ head: ArraySlice<UInt8>, from peer: String
    ) -> Result<Head, Refusal> {
        var start: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        guard let method = Self.methods[lws_http_get_uri_and_method(wsi, &start, &length)],
            let start
        else { return .failure(Refusal(501, "This method is not known here.")) }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(length))
        guard let path = String(validating: bytes, as: UTF8.self), path.hasPrefix("/"),
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { return .failure(Refusal(400, "The path is not one.")) }
        guard let query = query(of: head) else {
            return .failure(Refusal(400, "The query is not UTF-8 in percent encoding."))
        }

        var request = HTTPRequest(method, path, query: query, peer: peer)
        for (name, token) in known {
            if let value = value(of: token, wsi) { request.fields.append(name, value) }
        }
        for name in others {
            if let value = value(of: name, wsi) { request.fields.append(name, value) }
        }
        switch body(of: request, wsi) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let body):
            let options = value(of: WSI_TOKEN_CONNECTION, wsi)?.lowercased() ?? ""
            let isCurrent = value(of: WSI_TOKEN_HTTP, wsi)?.hasSuffix("1.1") == true
            return .success(
                Head(
                    request: request, body: body,
                    mayStay: isCurrent && !options.contains("close"),
                    expectsContinue: value(of: WSI_TOKEN_HTTP_EXPECT, wsi) != nil,
                    isUpgrade: options.contains("upgrade")
                        && value(of: WSI_TOKEN_UPGRADE, wsi)?.lowercased() == "websocket",
                    key: value(of: WSI_TOKEN_KEY, wsi), version: value(of: WSI_TOKEN_VERSION, wsi)))
        }
    }

    /// Refuses every body whose end is not plain, since what follows would be read as a request.
    private func body(
        of request: HTTPRequest, _ wsi: OpaquePointer
    ) -> Result<Body, Refusal> {
        if lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 {
            guard lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0,
                value(of: WSI_TOKEN_HTTP_TRANSFER_ENCODING, wsi)?.lowercased() == "chunked"
            else {
                return .failure(Refusal(400, "The end of the body is not plain."))
            }
            return .success(.chunks)
        }
        guard lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 else {
            return .success(.none)
        }
        guard let text = value(of: WSI_TOKEN_HTTP_CONTENT_LENGTH, wsi), !text.isEmpty,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return .failure(Refusal(400, "The content-length is not a number."))
        }
        guard let length = Int(text), length <= limits.bodyBytes else {
            return .failure(Refusal(tooLarge))
        }
        return .success(length == 0 ? .none : .bytes(length))
    }

    /// Read from the request line itself: libwebsockets cuts it at an escaped line break.
    ///
    /// - Returns: nil when a part is not UTF-8, or an escape is none.
    private func query(of head: ArraySlice<UInt8>) -> [HTTPRequest.QueryItem]? {
        let line = head.prefix { $0 != 13 }
        guard let start = line.firstIndex(of: UInt8(ascii: "?")) else { return [] }
        let query = line[(start + 1)...].prefix { $0 != 0x20 && $0 != UInt8(ascii: "#") }
        var items: [HTTPRequest.QueryItem] = []
        for item in query.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            guard let nameText = PercentEncoding.decodeForm(name),
                let value = PercentEncoding.decodeForm(item.dropFirst(name.count + 1))
            else { return nil }
            items.append(HTTPRequest.QueryItem(name: nameText, value: value))
        }
        return items
    }

    private func value(of token: lws_token_indexes, _ wsi: OpaquePointer) -> String? {
        let length = lws_hdr_total_length(wsi, token)
        guard length > 0 else { return nil }
        return copy(length) { lws_hdr_copy(wsi, $0, $1, token) }.map(Self.text)
    }

    private func value(of name: String, _ wsi: OpaquePointer) -> String? {
        let key = name + ":"
        let length = lws_hdr_custom_length(wsi, key, Int32(key.utf8.count))
        guard length > 0 else { return nil }
        return copy(length) {
            lws_hdr_custom_copy(wsi, $0, $1, key, Int32(key.utf8.count))
        }.map(Self.text)
    }

    /// A field may hold any bytes; those that are not UTF-8 become U+FFFD.
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A copy of what `body` puts into a buffer of `length` and its NUL.
    private func copy(
        _ length: Int32, _ body: (UnsafeMutablePointer<CChar>, Int32) -> Int32
    ) -> [UInt8]? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(length) + 1) { buffer in
            guard let start = buffer.baseAddress, body(start, length + 1) >= 0 else { return nil }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(length)))
        }
    }

    private static let methods: [Int32: HTTPMethod] = [
        Int32(LWSHUMETH_GET): .get, Int32(LWSHUMETH_HEAD): .head, Int32(LWSHUMETH_POST): .post,
        Int32(LWSHUMETH_PUT): .put, Int32(LWSHUMETH_PATCH): .patch,
        Int32(LWSHUMETH_DELETE): .delete, Int32(LWSHUMETH_OPTIONS): .options,
    ]

    private static let tokens: [String: lws_token_indexes] = {
        var tokens: [String: lws_token_indexes] = [:]
        for index in 0..<WSI_TOKEN_COUNT.rawValue {
            let token = lws_token_indexes(rawValue: index)
            guard let text = lws_token_to_string(token) else { continue }
            let name = String(cString: text)
            if name.hasSuffix(":"), !name.hasPrefix(":") { tokens[String(name.dropLast())] = token }
        }
        return tokens
    }()
}
