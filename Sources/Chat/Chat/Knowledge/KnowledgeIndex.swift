import Core
import PostgreSQL
import System

/// Follows a node's live pages, and stores their text in the database for `KnowledgeBase` to
/// search.
///
/// A release, a rollback and the loss of rows are handled alike: the live pages are compared with
/// the index, and only pages that differ are read. One process does this for a node at a time.
/// Vectors are made in the background, after the words.
final class KnowledgeIndex: Sendable {
    struct Settings: Sendable {
        /// Time after which everything is compared, even without a notice of a change.
        var comparison = Duration.seconds(60)
        /// Pause between attempts, doubled after each failure up to `longestPause`.
        var pause = Duration.milliseconds(500)
        var longestPause = Duration.seconds(60)
        /// Texts sent to the embedding model in one request.
        var embeddingBatch = 32

        init() {}
    }

    private let output: String
    private let site: LiveSite
    private let writer: IndexWriter
    private let embedder: TextEmbedder?
    private let settings: Settings
    private let report: @Sendable (KnowledgeEvent) -> Void

    /// - Parameters:
    ///   - database: a connection with the rights of the tables' owner.
    ///   - output: the folder that contains a folder for each node.
    ///   - embedder: nil indexes words only.
    init(
        database: ConnectionTarget, output: String, node: String, embedder: TextEmbedder? = nil,
        settings: Settings = Settings(), report: @escaping @Sendable (KnowledgeEvent) -> Void
    ) {
        self.output = output
        site = LiveSite(output: output, node: node)
        writer = IndexWriter(database, site: site)
        self.embedder = embedder
        self.settings = settings
        self.report = report
    }

    /// Why the index is being checked.
    private enum Reason: Sendable {
        case release, time
    }

    /// Maintains the index until the task is cancelled. Failures are reported and retried.
    func run() async {
        // Reasons that arrive during an update are combined into one.
        let (reasons, reason) = AsyncStream.makeStream(
            of: Reason.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watch { reason.yield(.release) } }
            group.addTask {
                while (try? await Task.sleep(for: self.settings.comparison)) != nil {
                    reason.yield(.time)
                }
            }
            reason.yield(.time)
            await follow(reasons)
            group.cancelAll()
        }
        await writer.close()
    }

    private func follow(_ reasons: AsyncStream<Reason>) async {
        var pause = settings.pause
        var hasBegun = false
        var embedding = EmbeddingPause()
        for await reason in reasons {
            var reloads = reason == .time
            while !Task.isCancelled {
                do {
                    guard try await writer.claim(reloads: reloads) else {
                        if hasBegun || reloads { report(.waiting) }
                        hasBegun = false
                        reloads = false
                        try? await Task.sleep(for: .seconds(2))
                        continue
                    }
                    if !hasBegun { report(.began(await writer.vectors)) }
                    hasBegun = true
                    try await update()
                    pause = settings.pause
                    if await embed(&embedding) { break }
                } catch is CancellationError {
                    return
                } catch {
                    report(.failed(Self.diagnostic(of: error)))
                    await writer.close()
                    hasBegun = false
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, settings.longestPause)
                    reloads = true
                }
            }
        }
    }

    /// Updates the index until the release stays the same from beginning to end of an update.
    private func update() async throws {
        var total = IndexWriter.Outcome()
        while true {
            let release = site.release()
            let outcome = try await writer.update()
            total.read += outcome.read
            total.removed += outcome.removed
            total.unchanged = outcome.unchanged
            if release == site.release() { break }
        }
        report(
            .indexed(read: total.read, removed: total.removed, unchanged: total.unchanged))
    }

    /// How long requests to a model that has failed are paused.
    private struct EmbeddingPause {
        var until: ContinuousClock.Instant?
        var length = Duration.seconds(5)
    }

    /// Embeds the passages that have no vector.
    ///
    /// - Returns: false when another release went live in the meantime.
    private func embed(_ pause: inout EmbeddingPause) async -> Bool {
        guard let embedder, pause.until.map({ $0 <= .now }) ?? true else { return true }
        let release = site.release()
        var count = 0
        do {
            while true {
                guard release == site.release() else { return false }
                let pending = try await writer.pending(
                    model: embedder.model, limit: settings.embeddingBatch)
                if pending.isEmpty { break }
                let embeddings = try await embedder.documents(pending.map(\.text))
                try await writer.store(embeddings, of: pending)
                count += pending.count
                pause = EmbeddingPause()
            }
            try await measure(embedder)
        } catch {
            if !(error is CancellationError) { report(.failed(Self.diagnostic(of: error))) }
            pause.until = .now + pause.length
            pause.length = min(pause.length * 2, .seconds(300))
            return true
        }
        if count > 0 { report(.embedded(count)) }
        return true
    }

    /// Measures the scale of a model's similarities, if the index has changed in size.
    private func measure(_ embedder: TextEmbedder) async throws {
        guard let samples = try await writer.samplesForScale(of: embedder.model) else { return }
        func nearest(_ questions: [String]) async throws -> [Double] {
            var similarities: [Double] = []
            for question in questions {
                let embedding = try await embedder.question(question)
                if let similarity = try await writer.nearest(to: embedding) {
                    similarities.append(similarity)
                }
            }
            return similarities
        }
        let scale = EmbeddingScale(
            unrelated: try await nearest(EmbeddingScale.unrelated),
            related: try await nearest(samples.texts))
        guard let scale else { return }
        try await writer.store(scale, of: embedder.model, passages: samples.passages)
    }

    private func watch(_ changed: @Sendable () -> Void) async {
        while !Task.isCancelled {
            do {
                let watcher = try FileWatcher(
                    root: output, folders: [], entries: ["\(site.node)/current"], settling: 0)
                changed()
                for await changes in watcher.changes {
                    changed()
                    if !changes.faults.isEmpty { break }
                }
            } catch {
                // Before the first build there may be no folder.
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    private static func diagnostic(of error: any Error) -> Diagnostic {
        (error as? any DiagnosedError)?.diagnostic ?? (error as? Diagnostic)
            ?? Diagnostic(.toolFailed, "the index of the pages failed: \(error)")
    }
}
