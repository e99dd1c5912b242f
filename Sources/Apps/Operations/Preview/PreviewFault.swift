public import Core

/// An error, and the pages of the preview that it affects.
public struct PreviewFault: Hashable, Sendable {
    public var fault: SharedFault
    /// The files of the pages that do not show their current rows, below the site's root; nil when
    /// the error affects every page.
    public var files: Set<String>?

    public init(_ fault: SharedFault, files: Set<String>?) {
        self.fault = fault
        self.files = files
    }

    /// Makes an error that affects every page.
    public init(_ diagnostic: Diagnostic) {
        self.init(SharedFault(diagnostic), files: nil)
    }

    var isError: Bool { fault.diagnostic.severity == .error }
}

extension PreviewFault: Encodable {
    private enum Keys: String, CodingKey {
        case severity, code, message, location, hint, excerpt, pages, pageCount, files
    }

    /// The most page keys listed.
    private static let pageLimit = 12
    /// With more files than this, the error counts as affecting every page.
    private static let fileLimit = 2000

    /// Encodes the form that `templates/preview/overlay.js` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        let diagnostic = fault.diagnostic
        try container.encode(diagnostic.severity, forKey: .severity)
        try container.encode(diagnostic.code, forKey: .code)
        try container.encode(diagnostic.message, forKey: .message)
        try container.encode(diagnostic.location, forKey: .location)
        try container.encodeIfPresent(diagnostic.hint, forKey: .hint)
        try container.encodeIfPresent(diagnostic.excerpt, forKey: .excerpt)
        try container.encode(fault.places.prefix(Self.pageLimit).map(\.page), forKey: .pages)
        try container.encode(fault.places.count, forKey: .pageCount)
        if let files, files.count <= Self.fileLimit {
            try container.encode(files.sorted(), forKey: .files)
        }
    }
}
