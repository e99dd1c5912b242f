import Bundling
import Rendering

/// The render workers of the keeper.
extension SiteKeeper {
    /// Starts the render workers, which load the engine while the site is read.
    func warmUp(_ isWanted: Bool, _ input: BuildInput) async throws {
        guard isWanted else { return }
        try await renderPool(input).start(input.options.workers)
    }

    private func renderPool(_ input: BuildInput) async throws -> RenderPool {
        if let pool { return pool }
        let runtime = try await input.bundler.runtime(of: input.library)
        // Another caller may have been here meanwhile.
        if let pool { return pool }
        let made = RenderPool(
            runtime: runtime, count: input.options.workers, sharing: parts.resources.workers)
        pool = made
        return made
    }

    /// Gives the workers the site, when it is another than theirs.
    func giveSetup(of site: KnownSite, _ input: BuildInput) async throws {
        let fingerprint = site.planner.setup.fingerprint
        guard fingerprint != poolSetup else { return }
        try await renderPool(input).use(site.planner.setup)
        poolSetup = fingerprint
    }

    /// The workers, which have the site.
    func readyPool(for site: KnownSite, _ input: BuildInput) async throws -> RenderPool {
        try await giveSetup(of: site, input)
        return try await renderPool(input)
    }

    /// Ends all workers but one, which is enough for an edit now and then.
    func endSpareWorkers() async { await pool?.shrink(to: 1) }
}
