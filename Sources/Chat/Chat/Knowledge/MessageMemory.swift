import Core
import FoundationEssentials
import Synchronization

/// Embeds the messages of visitors in the background.
///
/// The queue holds visitors, not messages: all messages of a visitor without a vector are read from
/// the database. Messages written while no model was available are thus embedded when the visitor
/// writes again.
final class MessageMemory: Sendable {
    private struct Writer: Hashable, Sendable {
        var visitor: UUID
        var node: String
    }

    private struct Queue {
        var writers: [Writer] = []
        var waiting: Set<Writer> = []
    }

    /// Maximum number of visitors in the queue. Others are queued when they write again.
    private static let limit = 10_000
    private static let batch = 32
    /// Batches processed for one visitor before the next visitor's turn.
    private static let batches = 8

    private let knowledge: KnowledgeBase
    private let embedder: TextEmbedder
    private let report: @Sendable (KnowledgeEvent) -> Void
    private let queue = Mutex(Queue())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(
        _ knowledge: KnowledgeBase, embedder: TextEmbedder,
        report: @escaping @Sendable (KnowledgeEvent) -> Void
    ) {
        self.knowledge = knowledge
        self.embedder = embedder
        self.report = report
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Queues a visitor who has new messages; returns at once.
    func note(visitor: UUID, node: String) {
        let writer = Writer(visitor: visitor, node: node)
        queue.withLock { queue in
            guard queue.writers.count < Self.limit, queue.waiting.insert(writer).inserted else {
                return
            }
            queue.writers.append(writer)
        }
        signal.yield()
    }

    /// Processes the queue until the task is cancelled.
    func run() async {
        var pause = Duration.seconds(2)
        for await _ in signals {
            while !Task.isCancelled, let writer = next() {
                do {
                    if try await embed(writer) { again(writer) }
                    pause = .seconds(2)
                } catch {
                    guard !Task.isCancelled else { return }
                    again(writer)
                    report(
                        .failed(
                            (error as? any DiagnosedError)?.diagnostic
                                ?? Diagnostic(.toolFailed, "embedding of messages failed: \(error)")
                        ))
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(300))
                }
            }
        }
    }

    private func next() -> Writer? {
        queue.withLock { queue in
            guard !queue.writers.isEmpty else { return nil }
            let writer = queue.writers.removeFirst()
            queue.waiting.remove(writer)
            return writer
        }
    }

    private func again(_ writer: Writer) { note(visitor: writer.visitor, node: writer.node) }

    /// - Returns: whether the visitor may have more messages to embed.
    private func embed(_ writer: Writer) async throws -> Bool {
        var count = 0
        defer { if count > 0 { report(.embedded(count)) } }
        for _ in 0..<Self.batches {
            let messages = try await knowledge.messagesToEmbed(
                visitor: writer.visitor, node: writer.node, model: embedder.model,
                limit: Self.batch)
            if messages.isEmpty { return false }
            let embeddings = try await embedder.documents(messages.map(\.content))
            let kept = try await knowledge.store(
                embeddings, of: messages.map(\.id), visitor: writer.visitor)
            count += kept
            if messages.count < Self.batch || kept == 0 { return false }
        }
        return true
    }
}
