import PostgreSQL
import Synchronization

/// Checks every two seconds whether the database answers.
final class ServiceHealth: Sendable {
    private struct State {
        // Counts as unavailable until the database has answered once.
        var databaseFault: String? = "not checked yet"
        var isDraining = false
    }

    private let pool: ConnectionPool
    private let state = Mutex(State())

    init(pool: ConnectionPool) { self.pool = pool }

    /// Notes that the server is shutting down.
    func drain() { state.withLock { $0.isDraining = true } }

    /// - Parameter node: the node that the caller may know about; nil for none.
    func now(of engine: ChatEngine, node: String?) -> Health {
        let state = state.withLock { $0 }
        return Health(
            databaseFault: state.databaseFault, isDraining: state.isDraining, node: node,
            running: engine.registry.running.count { $0.caller.node == node },
            waiting: node.map { engine.outbox.count(of: $0) } ?? 0)
    }

    /// Checks until the task is cancelled.
    func watch() async {
        repeat {
            var fault: String?
            do throws(PostgresError) {
                try await pool.run("SELECT 1")
            } catch {
                fault = error.message
            }
            state.withLock { $0.databaseFault = fault }
        } while (try? await Task.sleep(for: .seconds(2))) != nil
    }
}
