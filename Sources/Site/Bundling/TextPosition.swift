/// Converts byte positions of a text into lines and columns, moving forward only.
struct TextPosition {
    private let bytes: String.UTF8View
    private var index: String.UTF8View.Index
    private var byte = 0
    private var line = 1
    private var column = 1

    init(in text: String) {
        bytes = text.utf8
        index = bytes.startIndex
    }

    /// - Parameter target: at or after the previous one.
    /// - Returns: 1-based; the column counts Unicode scalars.
    mutating func advance(toByte target: Int) -> (line: Int, column: Int) {
        while byte < target, index < bytes.endIndex {
            let value = bytes[index]
            if value == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if bytes[index] & 0xC0 != 0x80 {
                column += 1
            }
            bytes.formIndex(after: &index)
            byte += 1
        }
        return (line, column)
    }
}
