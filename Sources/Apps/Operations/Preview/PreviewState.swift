import Core

/// The state that a connecting browser needs, and the changes that it has missed.
struct PreviewState: Sendable {
    /// A release published while the preview ran.
    private struct Step {
        /// The previous release; nil when there was none.
        var previous: Int?
        var changed: Set<String>
    }

    private(set) var release: Int?
    private var steps: [Step] = []
    private(set) var faults: [PreviewFault] = []
    /// Why the database cannot be reached.
    private(set) var lostDatabase: String?

    /// The number of releases for which changes are known; a browser with an older page reloads.
    private static let history = 64
    /// The most changes of a release that are listed.
    private static let pathLimit = 2000
    private static let faultLimit = 200
    private static let textLimit = 2000

    init(release: Int?) { self.release = release }

    /// - Returns: the message for connected browsers; nil when nothing has changed.
    mutating func apply(_ event: PreviewEvent) -> Message? {
        switch event {
        case .published(let release, let changed):
            // Compressed files change with their originals, so they are omitted.
            let files = changed.filter { !$0.hasUTF8Suffix(".gz") && !$0.hasUTF8Suffix(".br") }
            if files.count > Self.pathLimit {
                steps = []
            } else {
                steps.append(Step(previous: self.release, changed: files))
                if steps.count > Self.history { steps.removeFirst() }
            }
            let previous = self.release
            self.release = release
            return releaseMessage(since: previous)
        case .failed(let faults):
            return setFaults(faults)
        case .fixed:
            return setFaults([])
        case .disconnected(let reason):
            return setDatabase(reason)
        case .connected:
            return setDatabase(nil)
        }
    }

    private mutating func setFaults(_ faults: [PreviewFault]) -> Message? {
        // The same error may by now be between other lines.
        let isSame = zip(faults, self.faults).allSatisfy {
            $0 == $1 && $0.fault.diagnostic.excerpt == $1.fault.diagnostic.excerpt
        }
        guard !isSame || faults.count != self.faults.count else { return nil }
        self.faults = faults
        return faultsMessage
    }

    private mutating func setDatabase(_ reason: String?) -> Message? {
        guard reason != lostDatabase else { return nil }
        lostDatabase = reason
        return .database(lost: lostDatabase.map(Self.cut))
    }

    /// Returns the messages for a browser with a page of `release`.
    func welcome(since release: Int?) -> [Message] {
        [
            releaseMessage(since: release), faultsMessage,
            .database(lost: lostDatabase.map(Self.cut)),
        ]
    }

    private func releaseMessage(since known: Int?) -> Message {
        guard release != known else { return .release(release, changed: []) }
        guard let known, let first = steps.lastIndex(where: { $0.previous == known }) else {
            return .release(release, changed: nil)
        }
        let changed = steps[first...].reduce(into: Set()) { $0.formUnion($1.changed) }
        guard changed.count <= Self.pathLimit else { return .release(release, changed: nil) }
        return .release(release, changed: changed.sorted())
    }

    private var faultsMessage: Message {
        // Errors first, because only a limited number is shown.
        let sorted = faults.filter(\.isError) + faults.filter { !$0.isError }
        let shown = sorted.prefix(Self.faultLimit).map { fault in
            var shown = fault
            shown.fault.diagnostic.message = Self.cut(fault.fault.diagnostic.message)
            shown.fault.diagnostic.hint = fault.fault.diagnostic.hint.map(Self.cut)
            return shown
        }
        let errors = faults.count(where: \.isError)
        return .faults(shown, errors: errors, warnings: faults.count - errors)
    }

    private static func cut(_ text: String) -> String {
        text.count > textLimit ? text.prefix(textLimit) + "…" : text
    }
}

extension PreviewState {
    /// A message to the script in the page, `templates/preview/live.js`.
    enum Message: Hashable, Sendable {
        /// - Parameter changed: the changes since the page's release; nil when unknown.
        case release(Int?, changed: [String]?)
        /// - Parameters:
        ///   - errors: the number of errors, including omitted ones; likewise `warnings`.
        case faults([PreviewFault], errors: Int, warnings: Int)
        case database(lost: String?)
    }
}

extension PreviewState.Message {
    private struct Release: Encodable {
        var release: Int?
        var changed: [String]?
    }

    private struct Faults: Encodable {
        var faults: [PreviewFault]
        var errors: Int
        var warnings: Int
    }

    private struct Database: Encodable { var lost: String? }

    var event: ServerSentEvent {
        switch self {
        case .release(let release, let changed):
            .init("release", id: release, json: Release(release: release, changed: changed))
        case .faults(let faults, let errors, let warnings):
            .init("faults", json: Faults(faults: faults, errors: errors, warnings: warnings))
        case .database(let lost):
            .init("database", json: Database(lost: lost))
        }
    }
}
