import Foundation
import TestSupport

/// Which types, members and targets the sources have; found by their declarations, not compiled.
struct SourceIndex: Sendable {
    let targets: Set<String>
    /// Type → what is declared in files that declare or extend it.
    private let members: [String: Set<String>]

    /// Made once for all tests: reading every source takes a while.
    static let shared = Result { try SourceIndex() }

    private init() throws {
        let root = ProjectFolder.path + "/Sources"
        targets = Set(
            try FileManager.default.contentsOfDirectory(atPath: root).flatMap {
                try FileManager.default.contentsOfDirectory(atPath: "\(root)/\($0)")
            })
        var members: [String: Set<String>] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root)
        where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            let types = text.matches(
                of:
                    /\b(?:struct|enum|class|actor|protocol|extension|typealias) (?:[A-Za-z]+\.)*([A-Z][A-Za-z0-9]*)/
            )
            let names = text.matches(
                of: /\b(?:func|var|let|case|struct|enum|class) ([A-Za-z][A-Za-z0-9]*)/)
            for type in types {
                members[String(type.output.1), default: []]
                    .formUnion(names.map { String($0.output.1) })
            }
        }
        self.members = members
    }

    func has(type: some StringProtocol) -> Bool { members[String(type)] != nil }

    /// Whether `Type.member`, `Target.Type` or `Type.Nested` is declared.
    func has(_ member: some StringProtocol, of owner: some StringProtocol) -> Bool {
        if targets.contains(String(owner)), has(type: member) { return true }
        return members[String(owner)]?.contains(String(member)) == true
    }
}
