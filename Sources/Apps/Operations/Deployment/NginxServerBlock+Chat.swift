/// The locations of `robbieblocks chat`, the only ones that do not serve files.
///
/// The service has its own limits by visitor and by address. The limits here protect it from
/// floods, and are wide enough for an office behind one address, where every open page holds a
/// socket.
extension NginxServerBlock {
    /// The lines before the server block.
    var chatOpening: [String] {
        guard let chatPort else { return [] }
        return [
            "upstream \(prefix)_chat {",
            "    server 127.0.0.1:\(chatPort);",
            "    # Closed before the service closes them, so that no request is sent on a closing one.",
            "    keepalive 32;",
            "    keepalive_timeout 4s;",
            "}",
            "limit_req_zone $binary_remote_addr zone=\(prefix)_api:10m rate=20r/s;",
            "limit_conn_zone $binary_remote_addr zone=\(prefix)_open:10m;",
            "map $status $\(prefix)_refusal {",
        ]
            + Self.refusals.map { status, code, message in
                "    \(status) '{\"error\":{\"code\":\"\(code)\",\"message\":\"\(message)\"}}';"
            } + [
                "}",
                "map $status $\(prefix)_wait {",
                "    429 1;",
                "    ~^50 5;",
                "}",
            ]
    }

    /// The responses of nginx itself, in the service's format, which the widget reads.
    private static let refusals = [
        ("413", "body_too_large", "The request has more than 64 KB."),
        ("429", "too_many_requests", "Too many requests at once: wait a moment."),
        ("default", "unreachable", "The chat is not available at the moment: try again soon."),
    ]

    /// The location blocks.
    var chat: [String] {
        guard chatPort != nil else {
            return [
                "    # Chat: none. `robbieblocks nginx --node \(node) --domain \(domain)`",
                "    # with `--chat-port` adds the locations /api/, /v1/ and /ws here.",
            ]
        }
        let plain = [
            "        proxy_set_header Upgrade \"\";", "        proxy_set_header Connection \"\";",
        ]
        let streamed = [
            "        proxy_buffering off;",
            "        proxy_read_timeout 5m;",
        ]
        let socket = [
            "        proxy_set_header Upgrade $http_upgrade;",
            "        proxy_set_header Connection upgrade;",
            "        proxy_buffering off;",
            "        # The service pings clients from time to time to detect closed connections.",
            "        proxy_read_timeout 1h;",
        ]
        return [
            "    # Chat. Answers are streamed word by word; nothing below these paths is a file."
        ]
            + place("^~ /api/", plain, burst: 100)
            + place("^~ /api/chat", plain + streamed, burst: 100)
            + place("^~ /api/messages/", plain + streamed, burst: 100)
            + place("^~ /v1/", plain + streamed, burst: 100)
            // When the service restarts, every open page reconnects at once.
            + place("= /ws", socket, burst: 400) + refusal
    }

    private func place(_ path: String, _ lines: [String], burst: Int) -> [String] {
        ["    location \(path) {"] + [
            "        proxy_pass http://\(prefix)_chat;",
            "        proxy_http_version 1.1;",
            "        proxy_set_header Host $http_host;",
            "        proxy_set_header X-RobbieBlocks-Node \(node);",
            "        proxy_set_header X-Real-IP $remote_addr;",
            "        proxy_set_header X-Forwarded-For $remote_addr;",
            "        proxy_set_header X-Forwarded-Proto $scheme;",
        ] + lines + [
            "        proxy_connect_timeout 2s;",
            "        client_max_body_size 64k;",
            "        client_body_buffer_size 64k;",
            "        client_body_timeout 15s;",
            "        limit_req zone=\(prefix)_api burst=\(burst) nodelay;",
            "        limit_req_status 429;",
            "        limit_conn \(prefix)_open 512;",
            "        limit_conn_status 429;",
            "        error_page 413 429 502 503 504 @\(prefix)_refusal;",
        ] + headers.all.map { "        proxy_hide_header \($0.name);" } + headerLines + ["    }"]
    }

    private var refusal: [String] {
        [
            "    # The status stays that of the error.",
            "    location @\(prefix)_refusal {",
            "        default_type application/json;",
            "        return 200 $\(prefix)_refusal;",
            "        add_header Cache-Control no-store always;",
            "        add_header Retry-After $\(prefix)_wait always;",
        ] + headerLines + ["    }"]
    }
}
