/// The routes that a page links to: a hash of each route, which is enough to find the pages that a
/// route affects.
///
/// Two routes may have the same hash, which only causes one more page to be checked.
public struct PageLinks: Hashable, Sendable {
    /// Four bytes for each route, in the order of the hashes.
    let bytes: [UInt8]

    public init(to routes: Set<String> = []) {
        bytes = Set(routes.map(Self.hash)).sorted().flatMap { hash in
            (0..<4).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
        }
    }

    /// FNV-1a, which is the same in every process and in every version of the program.
    private static func hash(_ route: String) -> UInt32 {
        route.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    /// Finds links to any of several routes.
    struct Search {
        private let hashes: Set<UInt32>

        init(_ routes: Set<String>) { hashes = Set(routes.map(PageLinks.hash)) }

        /// - Parameter bytes: the links of a page.
        func matches(_ bytes: [UInt8]) -> Bool {
            stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).contains { start in
                let hash = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) }
                return hashes.contains(hash)
            }
        }
    }
}
