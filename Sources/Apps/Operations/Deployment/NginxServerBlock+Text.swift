import Core

extension NginxServerBlock {
    /// The configuration, ready to be written to a file.
    public var text: String {
        let sections =
            [opening, serverStart, body, locations, chat]
            .flatMap { $0 }
        return sections.joined(separator: "\n") + "\n}\n"
    }

    /// The prefix of variable and zone names, which are global to nginx and case-insensitive. Two
    /// node ids share a prefix only when they differ in case alone.
    var prefix: String {
        "robbieblocks_"
            + node.lowercased().replacingUTF8("_", with: "__").replacingUTF8("-", with: "_h")
            .replacingUTF8(".", with: "_d")
    }

    private var opening: [String] {
        let lines = [
            "# RobbieBlocks: node '\(node)' on \(domain).",
            "# Include this file in nginx's http block, for example as",
            "# /etc/nginx/sites-enabled/robbieblocks-\(node).conf, then: nginx -t && nginx -s reload",
            "",
            "map $request_method $\(prefix)_allow {",
            "    GET \"\";",
            "    HEAD \"\";",
            "    default \"GET, HEAD\";",
            "}",
        ]
        return lines + chatOpening + [""]
    }

    private var serverStart: [String] {
        var lines = ["server {"]
        if let address = listen.address {
            let host = address.containsUTF8(":") ? "[\(address)]" : address
            lines.append("    listen \(host):\(listen.port);")
        } else {
            lines += ["    listen \(listen.port);", "    listen [::]:\(listen.port);"]
        }
        return lines + [
            "    server_name \(domain);",
            "",
            "    # TLS: `certbot --nginx -d \(domain)` adds the certificate, `listen 443 ssl`",
            "    # and the redirect from http. Once every page answers over https,",
            "    # `certbot enhance --hsts -d \(domain)` keeps browsers from coming back over http.",
            "",
        ]
    }

    private var body: [String] {
        let texts = [
            "text/plain", "text/css", "text/csv", "text/calendar", "text/javascript",
            "text/markdown", "application/atom+xml", "application/json",
            "application/manifest+json", "application/rss+xml", "application/xml", "image/svg+xml",
        ]
        return [
            "    # Each release replaces this symlink: do not cache open files (open_file_cache).",
            "    # Symlinks inside the site are refused here, before any location; the locations",
            "    # turn this check off, because with it the Brotli module misses the .br files of",
            "    # some paths.",
            "    root \(root);",
            "    disable_symlinks on from=\(root);",
            "    set $\(prefix)_missing \"\";",
            "    if (!-e $request_filename) {",
            "        set $\(prefix)_missing 1;",
            "    }",
            "    index index.html;",
            "",
            "    server_tokens off;",
            "    absolute_redirect off;",
            "    etag on;",
            "    gzip off;",
            "    gzip_static on;",
            "    gzip_vary on;",
            hasBrotli
                ? "    brotli_static on;"
                : "    # brotli_static on;  # with the package libnginx-mod-http-brotli-static",
            "    client_max_body_size 1k;",
            "    charset utf-8;",
            "    charset_types \(texts.joined(separator: " "));",
            "    default_type application/octet-stream;",
            "    types {",
        ] + Self.types.map { "        \($0.type) \($0.endings);" } + ["    }", ""]
    }

    private static let types: [(type: String, endings: String)] = [
        ("text/html", "html"), ("text/css", "css"), ("text/plain", "txt"),
        ("text/markdown", "md"), ("text/csv", "csv"), ("text/calendar", "ics"),
        ("text/javascript", "js mjs"), ("application/json", "json map"),
        ("application/manifest+json", "webmanifest"), ("application/xml", "xml"),
        ("application/atom+xml", "atom"), ("application/rss+xml", "rss"),
        ("application/wasm", "wasm"), ("application/pdf", "pdf"), ("application/zip", "zip"),
        ("image/svg+xml", "svg"), ("image/png", "png"), ("image/jpeg", "jpg jpeg"),
        ("image/gif", "gif"), ("image/webp", "webp"), ("image/avif", "avif"),
        ("image/x-icon", "ico"), ("font/woff", "woff"), ("font/woff2", "woff2"),
        ("font/ttf", "ttf"), ("font/otf", "otf"), ("video/mp4", "mp4"), ("video/webm", "webm"),
        ("audio/mpeg", "mp3"),
    ]

    private var locations: [String] {
        let reading = [
            "        if ($request_method !~ ^(?:GET|HEAD)$) {",
            "            return 405;",
            "        }",
            "        if ($\(prefix)_missing) {",
            "            return 404;",
            "        }",
            "        disable_symlinks off;",
            "        add_header Allow $\(prefix)_allow always;",
        ]
        return [
            "    # A file that nginx refuses to open looks the same to clients as a missing one.",
            "    error_page 403 404 =404 /404.html;",
            "    location = /404.html {",
            "        internal;",
            "        disable_symlinks off;",
            "        add_header Cache-Control no-cache always;",
        ] + headerLines + [
            "    }",
            "",
            "    location ~ /\\. {",
            "        return 404;",
            "    }",
            "",
            "    # A location with its own add_header inherits none, so each one repeats them all.",
            "    location / {",
        ] + reading + [
            "        try_files $uri $uri/ =404;",
            "        add_header Cache-Control no-cache always;",
        ] + headerLines + [
            "    }",
            "",
            "    # Names with a content hash: the bytes of such a path never change.",
            "    location ~ \"\(Self.hashedAsset)\" {",
        ] + reading + [
            "        try_files $uri =404;",
            "        add_header Cache-Control \"public, max-age=31536000, immutable\";",
        ] + headerLines + [
            "    }",
            "",
        ]
    }

    /// A file under `/assets/` named `name-HASH.ext`: hexadecimal, or esbuild's base 32. Files of
    /// `/assets/branding/` have names chosen by people.
    static let hashedAsset =
        #"^/assets/(?!branding/)(?:.+/)?[^/]*-(?:[0-9a-f]{8,64}|[A-Z2-7]{8})\.[^/-]+$"#

    var headerLines: [String] {
        headers.all.map { "        add_header \($0.name) \"\($0.value)\" always;" }
    }
}
