import Core
import HTTP

/// Whether the server is running, and whether it can do its work.
struct Health: Hashable, Sendable {
    /// nil while the database answers.
    var databaseFault: String?
    var isDraining = false
    /// The node that was asked for; callers learn nothing about others.
    var node: String?
    /// The answers of that node.
    var running: Int
    var waiting: Int

    var isReady: Bool { databaseFault == nil && !isDraining }

    /// `?check=live` is always 200; anything else is 503 while the server is not ready.
    func response(to query: [HTTPRequest.QueryItem]) -> HTTPResponse {
        let check = query.first { $0.name == "check" }?.value
        if let check, !["live", "ready"].contains(check) {
            return Reply.fault(.invalid("check", "must be live or ready"))
        }
        let status = isReady || check == "live" ? 200 : 503
        return Reply.json(status) { json in
            json.member("status", isReady ? "ok" : isDraining ? "draining" : "degraded")
            json.member("live", true)
            json.member("ready", isReady)
            json.member("database", databaseFault == nil ? "ok" : "unreachable")
            json.name("nodes")
            json.array(node.map { [$0] } ?? []) { $0.string($1) }
            json.member("running_answers", running)
            json.member("waiting_answers", waiting)
        }
    }
}
