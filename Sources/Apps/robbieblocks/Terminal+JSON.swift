import CommandLine
import FoundationEssentials

extension Terminal {
    /// Writes the answer of a command with `--json`, in one line with sorted keys. Control characters of
    /// rows are escaped.
    func write(json answer: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        writeJSON(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }
}
