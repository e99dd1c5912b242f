import System

/// Processes many elements, some thousand at a time, on all processors.
struct Batch<Element: Sendable> {
    private static var limit: Int { 8192 }
    /// Fewer elements are processed sooner than other threads wake up for them.
    private static var smallest: Int { 64 }

    private var elements: [Element] = []
    private let body: @Sendable (ArraySlice<Element>) throws -> Void

    /// - Parameter body: called with consecutive elements.
    init(body: @escaping @Sendable (ArraySlice<Element>) throws -> Void) { self.body = body }

    /// Processes `element`, now or before `finish` returns.
    mutating func add(_ element: Element) throws {
        elements.append(element)
        if elements.count == Self.limit { try finish() }
    }

    /// Processes the remaining elements.
    mutating func finish() throws {
        let (elements, body) = (elements, body)
        self.elements.removeAll(keepingCapacity: true)
        let pieces = elements.count < Self.smallest ? 1 : processorCount() * 4
        try concurrently(pieces) { piece in
            let start = elements.count * piece / pieces
            let end = elements.count * (piece + 1) / pieces
            try body(elements[start..<end])
        }
    }
}
