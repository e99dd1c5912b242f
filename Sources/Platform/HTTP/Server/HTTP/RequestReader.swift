/// Parses a request from the bytes of its head, or says why it is refused.
struct RequestReader {
    enum Body: Hashable {
        case none
        /// A body of the length in `content-length`.
        case bytes(Int)
        case chunks
    }

    /// A request whose body, if any, is still to come.
    struct Head {
        let request: HTTPRequest
        let body: Body
        /// Whether the client may send another request on the connection, the default of HTTP/1.1.
        let mayStay: Bool
        /// Whether the client waits for permission to send its body.
        let expectsContinue: Bool
        /// Whether the client asks for a WebSocket.
        let isUpgrade: Bool
        /// The WebSocket key; repeated ones are joined, which makes them invalid.
        let key: String?
        let version: String?
        /// Whether the request is for the server as a whole, which no handler answers.
        let isForServer: Bool
    }

    private let fields: Set<String>
    private let limits: HTTPServerConfiguration.Limits

    /// - Parameter fields: the fields that handlers see, in lower case.
    init(fields: Set<String>, limits: HTTPServerConfiguration.Limits) {
        self.fields = fields
        self.limits = limits
    }

    var tooLarge: HTTPResponse { .text(413, "The body is over \(limits.bodyBytes) bytes.") }

    /// - Parameters:
    ///   - bytes: the head, including the empty line.
    ///   - peer: the client's address.
    func read(_ bytes: ArraySlice<UInt8>, from peer: String) throws(RequestRefusal) -> Head {
        let head = try RequestHead(bytes, keeping: fields)
        let host = try host(of: head)
        let body = try body(of: head)
        let method = try method(of: head)
        let target = try RequestTarget(head.target, method: head.method)

        var request = HTTPRequest(method, target.path, query: target.query, peer: peer)
        for field in head.fields where fields.contains(field.name) {
            add(field, to: &request.fields)
        }
        if fields.contains("host"), let host = target.authority ?? host {
            request.fields["host"] = host
        }
        let options = head.members(of: "connection")
        let expectations = head.members(of: "expect")
        guard expectations.allSatisfy({ $0 == "100-continue" }) else {
            throw RequestRefusal(417, "No expectation but 100-continue is met here.")
        }
        return Head(
            request: request, body: body, mayStay: head.isCurrent && !options.contains("close"),
            expectsContinue: head.isCurrent && !expectations.isEmpty,
            isUpgrade: head.isCurrent && options.contains("upgrade")
                && head.members(of: "upgrade").contains("websocket"),
            key: joined(head.values(of: "sec-websocket-key")),
            version: joined(head.values(of: "sec-websocket-version")),
            isForServer: target.isServer)
    }

    /// Joins repeated fields to one list; cookies have their own separator (RFC 9113, 8.2.3).
    private func add(_ field: HTTPFields.Field, to fields: inout HTTPFields) {
        guard let before = fields[field.name] else {
            return fields.append(field.name, field.value)
        }
        fields[field.name] = before + (field.name == "cookie" ? "; " : ", ") + field.value
    }

    private func joined(_ values: [String]) -> String? {
        values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// - Throws: 400 unless there is one well-formed host, which HTTP/1.0 may omit.
    private func host(of head: RequestHead) throws(RequestRefusal) -> String? {
        let hosts = head.values(of: "host")
        guard hosts.count <= 1 else {
            throw RequestRefusal(400, "The request has more than one Host field.")
        }
        guard let host = hosts.first else {
            if head.isCurrent { throw RequestRefusal(400, "The request has no Host field.") }
            return nil
        }
        guard HTTPSyntax.isAuthority(Array(host.utf8)[...]) else {
            throw RequestRefusal(400, "The Host field is malformed.")
        }
        return host
    }

    private func method(of head: RequestHead) throws(RequestRefusal) -> HTTPMethod {
        if let method = HTTPMethod(rawValue: head.method) { return method }
        guard head.method.utf8.allSatisfy({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }) else {
            throw RequestRefusal(501, "This method is not known here.")
        }
        // The method may be one defined elsewhere, such as TRACE or QUERY.
        throw RequestRefusal(
            405, "This method is not taken here.",
            fields: ["allow": HTTPMethod.allCases.map(\.rawValue).joined(separator: ", ")])
    }

    /// Rejects every body whose end is ambiguous, because the bytes after it would be read as a
    /// request.
    private func body(of head: RequestHead) throws(RequestRefusal) -> Body {
        let lengths = head.values(of: "content-length")
        let codings = head.values(of: "transfer-encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty else {
                throw RequestRefusal(
                    400, "The request has both Content-Length and Transfer-Encoding.")
            }
            guard head.isCurrent else {
                throw RequestRefusal(400, "HTTP/1.0 has no Transfer-Encoding.")
            }
            return try chunks(codings.flatMap(HTTPSyntax.listMembers))
        }
        guard let length = lengths.first else { return .none }
        guard lengths.allSatisfy({ $0.utf8.elementsEqual(length.utf8) }) else {
            throw RequestRefusal(400, "The request has different Content-Length fields.")
        }
        guard !length.isEmpty, length.utf8.allSatisfy(HTTPSyntax.isDigit) else {
            throw RequestRefusal(400, "The Content-Length is not a number.")
        }
        guard let count = Int(length), count <= limits.bodyBytes else {
            throw RequestRefusal(tooLarge)
        }
        return count == 0 ? .none : .bytes(count)
    }

    private func chunks(_ codings: [String]) throws(RequestRefusal) -> Body {
        guard codings.last == "chunked", !codings.dropLast().contains("chunked") else {
            throw RequestRefusal(400, "The Transfer-Encoding does not end with one 'chunked'.")
        }
        guard codings.count == 1 else {
            throw RequestRefusal(501, "No Transfer-Encoding but 'chunked' is read here.")
        }
        return .chunks
    }
}
