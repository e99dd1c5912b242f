import CWebSockets

/// Makes a request value of what libwebsockets has parsed.
struct RequestReader {
    enum Outcome {
        case complete(HTTPRequest)
        /// The body is still to come.
        case awaitingBody(HTTPRequest)
        case refused(HTTPResponse)
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

    func read(_ wsi: OpaquePointer) -> Outcome {
        var start: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        guard let method = Self.methods[lws_http_get_uri_and_method(wsi, &start, &length)],
            let start
        else { return .refused(.text(501, "This method is not known here.")) }
        guard size(of: wsi) <= limits.headerBytes else {
            return .refused(
                .text(431, "The request's fields are over \(limits.headerBytes) bytes."))
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(length))
        guard let path = String(validating: bytes, as: UTF8.self), path.hasPrefix("/"),
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { return .refused(.text(400, "The path is not one.")) }
        guard let query = query(of: wsi) else {
            return .refused(.text(400, "The query is not UTF-8."))
        }

        var request = HTTPRequest(method, path, query: query)
        for (name, token) in known {
            if let value = value(of: token, wsi) { request.fields.append(name, value) }
        }
        for name in others {
            if let value = value(of: name, wsi) { request.fields.append(name, value) }
        }
        return body(of: request, wsi)
    }

    /// Refuses every body whose end is not plain, since what follows would be read as a request.
    private func body(of request: HTTPRequest, _ wsi: OpaquePointer) -> Outcome {
        guard lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) == 0 else {
            return .refused(.text(411, "Send the body with a content-length."))
        }
        guard lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 else {
            return .complete(request)
        }
        guard let text = value(of: WSI_TOKEN_HTTP_CONTENT_LENGTH, wsi), !text.isEmpty,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return .refused(.text(400, "The content-length is not a number."))
        }
        guard let length = Int(text), length <= limits.bodyBytes else {
            return .refused(.text(413, "The body is over \(limits.bodyBytes) bytes."))
        }
        return length == 0 ? .complete(request) : .awaitingBody(request)
    }

    private func query(of wsi: OpaquePointer) -> [HTTPRequest.QueryItem]? {
        var items: [HTTPRequest.QueryItem] = []
        var index: Int32 = 0
        while true {
            let length = lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, index)
            if length <= 0 { return items }
            let bytes = copy(length) {
                lws_hdr_copy_fragment(wsi, $0, $1, WSI_TOKEN_HTTP_URI_ARGS, index)
            }
            guard let bytes, let text = String(validating: bytes, as: UTF8.self) else { return nil }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            items.append(
                HTTPRequest.QueryItem(
                    name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : ""))
            index += 1
        }
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

    /// What the library has kept of the request line and of the fields it knows, in bytes.
    private func size(of wsi: OpaquePointer) -> Int {
        var sum = 0
        for index in 0..<WSI_TOKEN_COUNT.rawValue {
            sum += Int(lws_hdr_total_length(wsi, lws_token_indexes(rawValue: index)))
        }
        return sum
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
