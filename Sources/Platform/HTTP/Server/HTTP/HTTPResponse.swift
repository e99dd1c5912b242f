/// What a handler answers.
///
/// The server adds `content-length`, where there is one, and for HEAD leaves the body out.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Sent in chunks as the reader takes them; never held in memory whole.
        case file(OpenFile, range: Range<Int>)
        /// Sent as it comes, until the stream or the connection ends; the end of the connection
        /// ends the stream. Its next part is asked for when the last is on its way, so that a slow
        /// reader costs one part; a reader who is too slow for
        /// `HTTPServerConfiguration.Limits.readerBytesPerSecond` is dropped.
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

    /// A short answer in words, such as an error without a page of its own.
    public static func text(_ status: Int, _ text: String, fields: HTTPFields = [:]) -> HTTPResponse
    {
        var response = HTTPResponse(status, fields: fields, body: .bytes(Array((text + "\n").utf8)))
        response.fields["content-type"] = "text/plain; charset=utf-8"
        return response
    }
}

extension HTTPResponse.Body {
    /// In bytes; nil when only the end will tell.
    public var length: Int? {
        switch self {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(_, let range): range.count
        case .stream: nil
        }
    }
}
