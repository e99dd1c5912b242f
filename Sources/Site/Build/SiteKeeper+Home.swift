import Content
import Core
import Publishing
import System

/// Handles the claim to the node, and the folder that is its home.
extension SiteKeeper {
    /// Claims the node on this database, until the connection is lost.
    ///
    /// - Returns: whether it succeeded; another builder may have the claim.
    /// - Throws: when the folder has another site, which then does not become the node's home.
    ///
    /// A builder of drafts claims nothing: it acknowledges no edits, and works beside the builder
    /// that does.
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

    /// Checks that the folder may contain the node's site.
    ///
    /// - Throws: a diagnostic when it contains the site of another database, or when drafts would
    ///   be mixed with published pages.
    public func checkFolder() async throws {
        // An unreadable ledger is repaired by the build, which then checks it.
        guard let provenance = try? folder.provenance(), let live = try? liveRelease else { return }
        try checkFolder(provenance, release: live, origin: try await claims.origin())
    }

    /// Returns the former home from which the claim took the node; reported once.
    func takeFormerHome() -> String? {
        defer { formerHome = nil }
        return formerHome
    }

    /// Returns the builder that has the node, as `host:process`; nil when it is unknown.
    func holder() async -> String? {
        guard let builder = try? await claims.status(of: node).builder, builder.isRunning,
            !builder.holder.isEmpty
        else { return nil }
        return builder.holder
    }

    var claims: ContentStore { parts.resources.claims }

    /// Whether the claim still holds, without asking the server.
    var holdsClaim: Bool {
        get async {
            if options.includesDrafts { return true }
            guard let generation else { return false }
            return await claims.holdsClaim(node: node, generation: generation)
        }
    }

    /// Releases the node to the next builder.
    public func disclaim() async {
        generation = nil
        await claims.disclaim(node: options.node)
    }

    /// Determines whether the folder is the node's home: only a release there counts as live.
    ///
    /// The first folder becomes the home, and so does that of a builder that claims the node. A
    /// home that was moved or recreated in its place stays the home; a copy on another machine does
    /// not become the home while a builder has the node. A folder with drafts never becomes the
    /// home.
    func settle(_ run: inout BuildRun) async throws {
        if run.options.includesDrafts { run.isHome = false }
        guard generation == nil, let home = run.folders.first(where: \.isHome) else { return }
        var isMoved =
            home.ledger != nil && home.ledger == (try? folder.ledgerIdentity)
            && !folder.isCopy(of: home.location)
        if isMoved, !home.location.hasUTF8Prefix(hostName() + ":") {
            // The folders of the other machine are unknown. A builder that is running still has its
            // folder.
            isMoved = try await !store.isClaimed(node: node)
        }
        guard home.location != folder.location, !isMoved else {
            guard run.options.includesDrafts else { return }
            throw refusalOfDrafts("the folder '\(folder.path)' is the node's home")
        }
        if run.options.includesDrafts { return }
        guard run.options.takesOver else {
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

    /// Returns the step that checks that this builder may publish, and tells the database the
    /// marker that will identify the release.
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

/// Announces a release to the database before it is committed.
struct ReleaseAnnouncement: Sendable {
    var node: String
    var folder: NodeFolder
    /// Whether the folder already has a row, marked as the home if `folder` is.
    var isKnown: Bool
    /// The generation of the required claim; nil when there is none.
    var generation: Int?
    /// The store with the snapshot, which ends because everything was read.
    var store: ContentStore
    /// The store with the claim.
    var claims: ContentStore

    /// - Throws: a diagnostic when another builder has taken over the node.
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
