/// A handler's response.
///
/// The server adds `content-length` when the length is known, and omits the body for HEAD.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Sent in parts as the reader takes them; never held in memory completely.
        case file(OpenFile, range: Range<Int>)
        /// Sent as it arrives, until the stream or the connection ends; the end of the connection
        /// ends the stream. The next part is requested when the last has been sent, so that a slow
        /// reader costs one part. A reader slower than
        /// `HTTPServerConfiguration.Limits.readerBytesPerSecond` is disconnected.
        case stream(AsyncStream<[UInt8]>)
    }

    public var status: Int
    public var fields: HTTPFields
    public var body: Body

    public init(_ status: Int, fields: HTTPFields = [:], body: Body = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// Returns a short text response, such as an error without a page of its own.
    public static func text(_ status: Int, _ text: String, fields: HTTPFields = [:]) -> HTTPResponse
    {
        var response = HTTPResponse(status, fields: fields, body: .bytes(Array((text + "\n").utf8)))
        response.fields["content-type"] = "text/plain; charset=utf-8"
        return response
    }
}

extension HTTPResponse.Body {
    /// The length in bytes; nil when it is known only at the end.
    public var length: Int? {
        switch self {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(_, let range): range.count
        case .stream: nil
        }
    }
}
