public import Bundling
public import System

/// The data that every render worker gets before its first job.
public struct WorkerSetup: Sendable {
    /// `{ node, menu, pages }`, which components read through hooks.
    public var siteJSON: String
    public var components: [CompiledModule]
    public var layouts: [CompiledModule]
    public var document: CompiledModule

    public init(
        siteJSON: String, components: [CompiledModule], layouts: [CompiledModule],
        document: CompiledModule
    ) {
        self.siteJSON = siteJSON
        self.components = components
        self.layouts = layouts
        self.document = document
    }

    /// Covers everything in the setup: a worker that has a setup with this fingerprint needs no
    /// other.
    public var fingerprint: SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(field: siteJSON)
        for module in components + layouts + [document] { hasher.update(field: module.fingerprint) }
        return hasher.finalize()
    }
}
