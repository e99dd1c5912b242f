import CommandLine
import Content
import Core
import PostgreSQL
import SiteModel

extension Invocation {
    /// Returns the nodes named in the call, nil for all; an empty list is a usage error and does
    /// not mean all.
    func namedNodes() throws -> [String]? {
        guard self[CommonOptions.all] else {
            guard !self[CommonOptions.nodes].isEmpty else {
                throw usageError("no node is given", hint: "give --node NODE or --all")
            }
            return self[CommonOptions.nodes]
        }
        guard self[CommonOptions.nodes].isEmpty else {
            throw usageError("--all and --node exclude each other")
        }
        return nil
    }

    /// Returns the nodes named in the call, or all nodes, and the errors in the ids of rows.
    ///
    /// - Throws: `.unknownNode` for a name without a row.
    func nodes(
        on database: ConnectionTarget
    ) async throws -> (ids: [String], faults: [Diagnostic]) {
        let named = try namedNodes()
        let ids = try await ContentStore.nodeIDs(of: database)
        if let named {
            try Self.check(named, among: ids)
            return (named, [])
        }
        return (ids.filter { Node.fault(inID: $0) == nil }, ids.compactMap(Node.fault(inID:)))
    }

    /// - Throws: `.unknownNode` for the first name that is not among the ids.
    static func check(_ names: [String], among ids: [String]) throws(Diagnostic) {
        for name in names where !ids.contains(name) {
            throw Diagnostic(
                .unknownNode, "there is no node '\(name)'\(Project.namedPlace)",
                hint: suggestion(for: name, among: ids))
        }
    }
}
