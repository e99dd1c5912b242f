import Core
public import HTML

extension WorkerProtocol {
    /// What the worker found on a rendered page, for the program to check.
    public struct Remarks: Hashable, Sendable {
        /// An address that the page links to or loads.
        public struct Reference: Hashable, Sendable {
            public var kind: PageReferences.Kind
            /// As written, with character references resolved.
            public var url: String
            /// The 1-based line of the page's Markdown; nil when the address is elsewhere.
            public var line: Int?

            public init(kind: PageReferences.Kind, url: String, line: Int?) {
                self.kind = kind
                self.url = url
                self.line = line
            }
        }

        /// Part of the page's Markdown that the page does not show.
        public struct Omission: Hashable, Sendable {
            public var what: String
            /// The 1-based line of the page's Markdown.
            public var line: Int

            public init(what: String, line: Int) {
                self.what = what
                self.line = line
            }
        }

        public var references: [Reference] = []
        public var omissions: [Omission] = []
        /// Ids that more than one element of the page uses.
        public var doubledIDs: [String] = []

        public init() {}
    }
}

extension WorkerProtocol.Remarks {
    func encode(into writer: inout ByteWriter) {
        writer.write(references.count)
        for reference in references {
            writer.write(reference.kind.rawValue)
            writer.write(reference.url)
            writer.write(reference.line ?? -1)
        }
        writer.write(omissions.count)
        for omission in omissions {
            writer.write(omission.what)
            writer.write(omission.line)
        }
        writer.write(doubledIDs.count)
        for id in doubledIDs { writer.write(id) }
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Malformed) {
        for _ in 0..<(try reader.count()) {
            guard let kind = PageReferences.Kind(rawValue: try reader.byte()) else {
                throw ByteReader.Malformed()
            }
            let url = try reader.text()
            let line = try reader.int()
            references.append(.init(kind: kind, url: url, line: line < 0 ? nil : line))
        }
        for _ in 0..<(try reader.count()) {
            omissions.append(.init(what: try reader.text(), line: try reader.int()))
        }
        for _ in 0..<(try reader.count()) { doubledIDs.append(try reader.text()) }
    }
}
