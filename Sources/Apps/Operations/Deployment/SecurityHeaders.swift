/// The security headers of a published site. nginx and the preview server share one list, so that a
/// browser's permissions are the same with both.
public struct SecurityHeaders: Hashable, Sendable {
    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var all: [Header]

    public init(_ all: [Header]) { self.all = all }

    /// The content security policy: a page may load only from its own origin. Components use inline
    /// `style=` attributes, which need `style-src-attr`; a WebSocket to the same origin counts as
    /// `'self'`. A form may open the visitor's own mail program, for sites without a server to send
    /// to.
    public static let contentSecurityPolicy = [
        "default-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:", "connect-src 'self'", "object-src 'none'", "base-uri 'self'",
        "form-action 'self' mailto:", "frame-ancestors 'self'",
    ].joined(separator: "; ")

    public static let standard = SecurityHeaders([
        Header("Content-Security-Policy", contentSecurityPolicy),
        Header("X-Content-Type-Options", "nosniff"),
        Header("Referrer-Policy", "strict-origin-when-cross-origin"),
        Header("X-Frame-Options", "SAMEORIGIN"),
        Header("Cross-Origin-Opener-Policy", "same-origin"),
        Header(
            "Permissions-Policy",
            [
                "accelerometer", "camera", "display-capture", "geolocation", "gyroscope",
                "magnetometer", "microphone", "midi", "payment", "usb",
            ].map { "\($0)=()" }.joined(separator: ", ")),
    ])
}
