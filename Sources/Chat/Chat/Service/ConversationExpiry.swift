import Core

/// Deletes, every hour, unused conversations, and those of visitors who have been away for long.
struct ConversationExpiry: Sendable {
    let store: ChatStore
    /// nil keeps all conversations that have messages.
    let keptDays: Int?
    let report: @Sendable (ChatEvent) -> Void

    private static let first = Duration.seconds(60)
    private static let interval = Duration.seconds(3600)
    /// Consecutive calls, each of which processes at most `ChatStore.expiryBatch` visitors.
    private static let calls = 50

    /// Runs until the task is cancelled.
    func run() async {
        var wait = Self.first
        while (try? await Task.sleep(for: wait)) != nil {
            wait = Self.interval
            await expire()
        }
    }

    func expire() async {
        for _ in 0..<Self.calls {
            do throws(ChatStoreError) {
                let count = try await store.expireConversations(keptDays: keptDays)
                if count < ChatStore.expiryBatch { return }
            } catch {
                return report(.failed(node: nil, error.diagnostic))
            }
        }
    }
}
