import Content
public import Core
public import PostgreSQL
public import Publishing

extension SiteFolder {
    /// Returns a diagnostic when the site in this folder was made from another database; nil when
    /// it was not, or when nothing was published yet.
    public func fault(
        of node: String, in output: String, origin: String, database: ConnectionTarget
    ) throws -> Diagnostic? {
        DatabaseOrigin.fault(
            in: try provenance(), of: self, node: node, output: output, origin: origin,
            database: database)
    }
}
