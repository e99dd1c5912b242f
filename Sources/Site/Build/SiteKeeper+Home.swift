import Content
import Core
import Publishing
import System

/// The claim to the node, and the folder that is its home.
extension SiteKeeper {
    /// Becomes the builder of the node, on this database, until the connection is lost.
    ///
    /// - Returns: whether it did; another builder may be at work.
    /// - Throws: when the folder has another site: it does not become the home of the node then.
    ///
    /// A builder of drafts claims nothing: it acknowledges no edit, and works beside the one that does.
    public func claim(holder: String) async throws -> Bool {
        do {
            try await checkFolder()
        } catch let fault as Diagnostic {
            await history.failed(fault, "reconciliation", on: claims)
            throw fault
        }
        guard !options.includesDrafts else { return true }
        let home = try await claims.folders(of: node).first(where: \.isHome)?.location
        defer { formerHome = generation == nil || home == folder.location ? nil : home }
        generation = try await claims.claim(
            node: options.node, holder: holder, home: folder.location)
        return generation != nil
    }

    /// Makes sure that the folder may have the node's site.
    ///
    /// - Throws: a diagnostic when it has the site of another database, or when drafts would come among
    ///   published pages or the other way round.
    public func checkFolder() async throws {
        // A ledger that cannot be read is repaired by the build, which checks it then.
        guard let inputs = try? folder.inputs(), let live = try? liveRelease else { return }
        try checkFolder(inputs: inputs, release: live, origin: try await claims.origin())
    }

    /// The home that the claim has taken from another folder; told once.
    func takeFormerHome() -> String? {
        defer { formerHome = nil }
        return formerHome
    }

    /// Who has the node, as `host:process`; nil when that is not known.
    func holder() async -> String? {
        guard let builder = try? await claims.status(of: node).builder, builder.isRunning,
            !builder.holder.isEmpty
        else { return nil }
        return builder.holder
    }

    var claims: ContentStore { parts.resources.claims }

    /// Whether the claim stands, as far as can be told without asking the server.
    var holdsClaim: Bool {
        get async {
            if options.includesDrafts { return true }
            guard let generation else { return false }
            return await claims.holdsClaim(node: node, generation: generation)
        }
    }

    /// Leaves the node to the next builder.
    public func disclaim() async {
        generation = nil
        await claims.disclaim(node: options.node)
    }

    /// Finds out whether the folder is the node's home: only there, what is live may be called live.
    ///
    /// The first folder becomes the home, and so does that of a builder that claims the node. A home
    /// that was moved, or made again in its place, stays the home; a copy on another machine does not
    /// become it while a builder has the node. A folder with drafts never becomes it.
    func settle(_ run: inout BuildRun) async throws {
        if options.includesDrafts { run.isHome = false }
        guard generation == nil, let home = run.folders.first(where: \.isHome) else { return }
        var isMoved =
            home.ledger != nil && home.ledger == (try? folder.ledgerIdentity)
            && !folder.isCopy(of: home.location)
        if isMoved, !home.location.hasUTF8Prefix(hostName() + ":") {
            // What stands on the other machine is not known. A builder at work has not lost its folder.
            isMoved = try await !store.isClaimed(node: node)
        }
        guard home.location != folder.location, !isMoved else {
            guard options.includesDrafts else { return }
            throw refusalOfDrafts("the folder '\(folder.path)' is the node's home")
        }
        if options.includesDrafts { return }
        guard options.takesOver else {
            run.isHome = false
            run.home = home.location
            return
        }
        guard try await !store.isClaimed(node: node) else {
            throw Diagnostic(
                .otherFolder, "a running builder publishes into \(home.location)",
                at: .init(node: node), hint: "end it before another folder takes over")
        }
    }

    /// What makes sure that this builder may publish, and tells the database by which marker it will
    /// know the release.
    func announcement(of marker: VersionMarker, _ run: BuildRun) throws -> ReleaseAnnouncement {
        let folder = NodeFolder(
            location: self.folder.location, ledger: try self.folder.ledgerIdentity,
            markers: [marker.text] + (run.marker.map { [$0.text] } ?? []), isHome: run.isHome)
        let isKnown = run.folders.contains {
            $0.location == folder.location && $0.isHome == folder.isHome
        }
        return ReleaseAnnouncement(
            node: node, folder: folder, isKnown: isKnown, generation: generation, store: store,
            claims: claims)
    }
}

/// Tells the database of a release that is about to be committed.
struct ReleaseAnnouncement: Sendable {
    var node: String
    var folder: NodeFolder
    /// Whether the row of the folder is there, and is the home if `folder` is.
    var isKnown: Bool
    /// Of the claim that must stand; nil when there is none.
    var generation: Int?
    /// Has the snapshot, which ends: everything was read.
    var store: ContentStore
    /// Has the claim.
    var claims: ContentStore

    /// - Throws: a diagnostic when another builder has taken the node over.
    @concurrent
    func send() async throws {
        guard let generation else {
            return try await store.announce(folder, of: node, isKnown: isKnown)
        }
        async let closed: Void = store.close()
        try await claims.verifyClaim(
            node: node, generation: generation, announcing: folder, isKnown: isKnown)
        await closed
    }
}
