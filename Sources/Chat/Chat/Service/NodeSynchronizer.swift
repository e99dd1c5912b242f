import Core
import LanguageModels
import PostgreSQL
import Synchronization
import System

/// Keeps the server's view of its nodes in line with the database: models, personalities, the index
/// of their pages.
struct NodeSynchronizer: Sendable {
    let store: ChatStore
    let knowledge: KnowledgeBase
    let database: ConnectionTarget
    let output: String
    let report: @Sendable (ChatEvent) -> Void

    /// Time after which the rows of models are read again.
    private static let interval = Duration.seconds(10)
    /// Pause between attempts while the rows cannot be read.
    private static let pause = Duration.seconds(1)

    /// Keeps one node up to date until the task is cancelled.
    func keep(_ node: ChatNode) async {
        let (changes, change) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await followModels(of: node) { change.yield() } }
            group.addTask { await knowledge.follow(node.name) }
            group.addTask { await index(node, againAt: changes) }
        }
    }

    private func followModels(of node: ChatNode, _ changed: @Sendable () -> Void) async {
        var hasFailed = false
        while !Task.isCancelled {
            do throws(ChatStoreError) {
                let chat = try await store.modelChain(of: node.name, for: .chat)
                let embedding = try await store.modelChain(of: node.name, for: .embedding)
                let replies = try await store.replies(of: node.name)
                let isNew = node.models.use(
                    NodeModels.Rows(
                        chat: chat.compactMap { ModelEndpoint($0) },
                        embedding: embedding.first.flatMap { ModelEndpoint($0) },
                        replies: replies.compactMap { Replies.Own($0) }))
                if isNew { changed() }
                hasFailed = false
            } catch {
                if !hasFailed { report(.failed(node: node.name, error.diagnostic)) }
                hasFailed = true
            }
            node.models.noteReading()
            try? await Task.sleep(for: hasFailed ? Self.pause : Self.interval)
        }
    }

    /// Maintains the index with the current embedding model, and restarts when the model changes.
    private func index(_ node: ChatNode, againAt changes: AsyncStream<Void>) async {
        var changes = changes.makeAsyncIterator()
        while !Task.isCancelled {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await work(on: node) }
                _ = await changes.next()
                group.cancelAll()
            }
        }
    }

    /// Maintains the index of a node's pages and, if there is an embedding model, embeds visitors'
    /// messages.
    private func work(on node: ChatNode) async {
        let embedder = node.models.embedder
        let isNew = Mutex(true)
        let tell: @Sendable (KnowledgeEvent) -> Void = { event in
            switch event {
            case .failed(let diagnostic): report(.failed(node: node.name, diagnostic))
            case .indexed:
                knowledge.noteChange(of: node.name)
                let isFirst = isNew.withLock { isNew in
                    defer { isNew = false }
                    return isNew
                }
                if isFirst { releaseCodePages() }
                fallthrough
            default: report(.index(node: node.name, Self.words(for: event)))
            }
        }
        let index = KnowledgeIndex(
            database: database, output: output, node: node.name, embedder: embedder, report: tell)
        let memory = embedder.map { MessageMemory(knowledge, embedder: $0, report: tell) }
        node.remember(with: memory)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await index.run() }
            if let memory { group.addTask { await memory.run() } }
        }
    }

    private static func words(for event: KnowledgeEvent) -> String {
        switch event {
        case .began(let support): "this process maintains the index; vectors: \(support)"
        case .waiting: "another process maintains the index"
        case .indexed(let read, let removed, let unchanged):
            "indexed: \(read) pages read, \(removed) removed, \(unchanged) unchanged"
        case .embedded(let count): "embedded: \(count) texts"
        case .failed(let diagnostic): diagnostic.message
        }
    }

    /// Sends every change of a personality to every open socket, until the task is cancelled.
    func followPersonalities(of nodes: [String: ChatNode]) async {
        let listener = NotificationListener(
            to: database, channel: ChatStore.personalityChannel)
        for await event in listener.events {
            switch event {
            case .lost(let error): report(.failed(node: nil, error.diagnostic))
            // Notifications sent while disconnected are lost, so all personalities are read.
            case .connected, .notified:
                for node in nodes.values {
                    do throws(ChatStoreError) {
                        node.personality.show(try await store.personality(of: node.name))
                    } catch {
                        report(.failed(node: node.name, error.diagnostic))
                    }
                }
            }
        }
    }
}
