import Build
import Core

/// The errors that a watcher has shown of a node, so that each is shown once, when it appears.
struct WatchedFaults {
    private var errors: [SharedFault] = []
    private var identities: Set<Diagnostic> = []
    private var warnings: Set<Diagnostic> = []
    var isHeld = false
    /// The error that prevents builds from finishing.
    var failure: Diagnostic?
    /// Whether templates or branding files could not be read again.
    var isNotReloaded = false

    /// The parts of a build's report that were not shown yet.
    struct News {
        /// Errors, then warnings, that were shown for no node.
        var new: [SharedFault] = []
        /// New errors of this node that were already shown for the node `other`.
        var known: [SharedFault] = []
        var other: String?
        /// The number of errors that were fixed.
        var fixed = 0
        /// The number of errors shown before that remain.
        var left = 0
        var isSound = true
        var hasOtherErrors = false
        var wasHeld = false
        var hadFailed = false
    }

    /// Applies the report of a node.
    ///
    /// - Parameter nodes: the errors shown for every node.
    static func take(_ report: BuildReport, _ nodes: inout [String: WatchedFaults]) -> News {
        let last = nodes[report.node] ?? WatchedFaults()
        var next = WatchedFaults(errors: SharedFault.all(in: report.errors))
        var news = News(
            isSound: next.errors.isEmpty, hasOtherErrors: next.errors != last.errors,
            wasHeld: last.isHeld, hadFailed: last.failure != nil)
        var found: [SharedFault] = []
        if news.hasOtherErrors {
            found = next.errors.filter { !last.identities.contains($0.identity) }
            news.left = next.errors.count - found.count
            news.fixed = fixed(from: last.errors, to: next.errors)
        }
        next.warnings = last.warnings
        if let warnings = report.warnings.map(SharedFault.all) {
            found += warnings.filter { !last.warnings.contains($0.identity) }
            next.warnings = Set(warnings.map(\.identity))
        }
        nodes[report.node] = next
        guard !found.isEmpty else { return news }
        // An error in a row shared by several nodes is shown in full only for the first.
        let others = nodes.filter { $0.key != report.node && !$0.key.isEmpty }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for fault in found {
            if let other = others.first(where: { $0.value.has(fault) }) {
                news.other = news.other ?? other.key
                news.known.append(fault)
            } else {
                news.new.append(fault)
            }
        }
        return news
    }

    private init(errors: [SharedFault]) {
        self.errors = errors
        identities = Set(errors.map(\.identity))
    }

    init() {}

    private func has(_ fault: SharedFault) -> Bool {
        warnings.contains(fault.identity) || identities.contains(fault.identity)
    }

    /// Returns the number of fixed errors. An error whose place now has another error is not fixed:
    /// its message has changed, or it had hidden the other one.
    private static func fixed(from before: [SharedFault], to after: [SharedFault]) -> Int {
        var left: [Diagnostic.Location: Int] = [:]
        for fault in after { left[fault.place, default: 0] += 1 }
        return before.count { fault in
            guard let count = left[fault.place], count > 0 else { return true }
            left[fault.place] = count - 1
            return false
        }
    }
}
