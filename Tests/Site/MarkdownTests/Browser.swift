import Foundation

enum Browser {
    /// The browser to ask, where there is one.
    static let path = ["/usr/bin/chromium", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
