import Core

/// Deletes, every hour, conversations that were begun and never used, and those of visitors who have
/// not been back for long.
struct ConversationExpiry: Sendable {
    let store: ChatStore
    /// nil keeps what visitors said.
    let keptDays: Int?
    let report: @Sendable (ChatEvent) -> Void

    private static let first = Duration.seconds(60)
    private static let interval = Duration.seconds(3600)
    /// Calls in a row, each of which looks at no more than `ChatStore.expiryBatch` visitors.
    private static let calls = 50

    /// Goes on until the task is cancelled.
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
