public import Core

/// The nginx configuration that serves one published node.
///
/// The text belongs in a file of its own that nginx's `http` block includes, such as those in
/// `/etc/nginx/sites-enabled` and `/etc/nginx/conf.d`.
///
/// ```swift
/// let block = try NginxServerBlock(
///     node: "testpilot", domain: "testpilot.example.com", output: "/srv/sites")
/// print(block.text)
/// ```
public struct NginxServerBlock: Hashable, Sendable {
    /// The address on which nginx listens.
    public struct Listen: Hashable, Sendable {
        /// The IP address; nil for every address of the machine, including IPv6.
        public let address: String?
        public let port: Int

        public init(address: String? = nil, port: Int = 80) {
            self.address = address
            self.port = port
        }
    }

    let node: String
    let domain: String
    /// The symlink that is swapped for each release.
    let root: String
    let listen: Listen
    /// The port of the chat service on this machine; nil when there is none.
    let chatPort: Int?
    let hasBrotli: Bool
    let headers: SecurityHeaders

    /// - Parameters:
    ///   - domain: the site's host name.
    ///   - output: the absolute path of the folder that holds `<node>/current`.
    ///   - chatPort: the port of `robbieblocks chat` on this machine; nil when it does not run.
    ///   - hasBrotli: whether nginx has its module for precompressed Brotli files
    ///     (`libnginx-mod-http-brotli-static`); without it nginx would reject the directive.
    /// - Throws: `.usage` for a value with a special meaning in nginx's configuration.
    public init(
        node: String, domain: String, output: String, listen: Listen = Listen(),
        chatPort: Int? = nil, hasBrotli: Bool = false, headers: SecurityHeaders = .standard
    ) throws(Diagnostic) {
        self.node = try ServiceValue.node(node)
        self.domain = try NginxValue.domain(domain)
        root = try NginxValue.path(output) + "/\(node)/current"
        if let address = listen.address { _ = try NginxValue.address(address) }
        _ = try ServiceValue.port(listen.port)
        for header in headers.all { try NginxValue.check(header) }
        if let chatPort { _ = try ServiceValue.port(chatPort) }
        self.listen = listen
        self.chatPort = chatPort
        self.hasBrotli = hasBrotli
        self.headers = headers
    }
}
