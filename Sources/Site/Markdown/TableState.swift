/// The writer's position in a table; tables are not nested.
struct TableState {
    var alignments: UnsafePointer<UInt8>?
    var columns = 0
    var column = 0
    var isHeader = false
    var hasBody = false

    /// Returns the alignment of the next cell: `l`, `c`, `r` or 0.
    mutating func nextAlignment() -> UInt8 {
        defer { column += 1 }
        guard let alignments, column < columns else { return 0 }
        return alignments[column]
    }
}
