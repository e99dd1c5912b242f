import Core
import PostgreSQL
import System

/// Follows what a node has live, and keeps its text in the database for `KnowledgeBase` to search.
///
/// A release, a rollback and the loss of the rows are one case: what is live is compared with what the
/// index holds, and only pages that differ are read. One process does that for a node at a time.
/// Vectors are made in the background, after the words.
final class KnowledgeIndex: Sendable {
    struct Settings: Sendable {
        /// After this everything is compared, whether or not anything was heard of.
        var comparison = Duration.seconds(60)
        /// Between attempts, at first; doubled with each that fails, up to `longestPause`.
        var pause = Duration.milliseconds(500)
        var longestPause = Duration.seconds(60)
        /// Texts that the embedding model is given at once.
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
    ///   - database: with the rights of who owns the tables.
    ///   - output: the folder that has a folder for each node.
    ///   - embedder: nil leaves it at words.
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

    /// Why the index is looked after.
    private enum Reason: Sendable {
        case release, time
    }

    /// Keeps the index until the task is cancelled. What fails is reported and tried again.
    func run() async {
        // Reasons that come while the index is at work are one.
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
            var anew = reason == .time
            while !Task.isCancelled {
                do {
                    guard try await writer.claim(anew: anew) else {
                        if hasBegun || anew { report(.waiting) }
                        hasBegun = false
                        anew = false
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
                    anew = true
                }
            }
        }
    }

    /// Compares and writes until what was live at the beginning is what is live at the end.
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

    /// Until when a model that has failed is left alone.
    private struct EmbeddingPause {
        var until: ContinuousClock.Instant?
        var length = Duration.seconds(5)
    }

    /// Gives vectors to passages that have none.
    ///
    /// - Returns: false when something else is live than when it began.
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

    /// Finds out what similarities of a model mean, when the index has become another.
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
            ?? Diagnostic(.toolFailed, "the index of the pages: \(error)")
    }
}
