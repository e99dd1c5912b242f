import Core
import FoundationEssentials
import Rendering
import SiteModel

/// Handles rows of the frame that pages cannot use at present, and the rows that replace them.
extension KnownSite {
    /// The frame that the newest release was made with.
    var lastFrame: [FrameBlock] { branding?.frame ?? [] }

    /// The frame that pages use: a wrong row is as it was last published.
    var frame: [FrameBlock] {
        WaitingFrame(rows: Set(wrongFrame.keys)).frame(content.frame, published: lastFrame)
    }

    /// The rows with an edit that is in no release, and without known errors.
    private var editedFrame: [FrameBlock] {
        let last = Dictionary(
            lastFrame.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return content.frame.filter { wrongFrame[$0.id] == nil && last[$0.id] != $0 }
    }

    /// Chooses a few pages that use edited rows of the frame: when they fail, no other page is
    /// tried with these rows.
    ///
    /// - Parameters:
    ///   - pages: indexes into the pages of the site.
    ///   - tried: ids of rows that need no trial; the rows tried now are added.
    func pagesToTryFrame(among pages: [Int], tried: inout Set<UUID>) -> Set<Int> {
        let rows = editedFrame.filter { !tried.contains($0.id) }
        guard !rows.isEmpty else { return [] }
        var chosen: Set<Int> = []
        for row in rows {
            tried.insert(row.id)
            let having = pages.filter { position in
                let page = site.pages[position].page
                return row.app?.isUTF8Equal(to: page.app) ?? true
                    && row.layout?.isUTF8Equal(to: page.layout) ?? true
            }
            // Spread out, since pages of one kind are neighbours.
            for index in [0, having.count / 2, having.count - 1]
            where having.indices.contains(index) {
                chosen.insert(having[index])
            }
        }
        return chosen
    }

    /// The keys of the rows of the frame that pages failed with, by page id.
    var framesOfFailures: [UUID: Set<String>] {
        failures.mapValues { Set($0.diagnostics.compactMap(\.location.frame)) }
            .filter { !$0.value.isEmpty }
    }

    /// Decides which edited rows of the frame are wrong, from the pages that failed with them.
    ///
    /// A page that failed with the earlier row, too, says nothing about the edit. A row that was
    /// never published is omitted, unless it has kept pages from being published since the first
    /// release.
    ///
    /// - Parameters:
    ///   - pages: ids of the tried pages, in their order.
    ///   - before: the value of `framesOfFailures` before this build.
    /// - Returns: whether there are such rows.
    func rejectFrame(triedOn pages: [UUID], before: [UUID: Set<String>]) -> Bool {
        let failed = pages.compactMap { failures[$0] }
        guard !failed.isEmpty else { return false }
        let published = Set(lastFrame.map(\.id))
        var isFound = false
        for row in editedFrame {
            let isHeld = release == 0 || before.values.contains { $0.contains(row.key) }
            guard published.contains(row.id) || !isHeld else { continue }
            let evidence = failed.first { failure in
                failure.diagnostics.contains { $0.location.frame == row.key }
                    && before[failure.id]?.contains(row.key) != true
            }
            guard let evidence else { continue }
            wrongFrame[row.id] = WrongFrameRow(row, evidence, inputs: planner.inputs)
            isFound = true
        }
        return isFound
    }

    /// Whether a page failed with a row of the frame that pages no longer use.
    func failedWithWrongFrame(_ id: UUID) -> Bool {
        guard let failure = failures[id] else { return false }
        return wrongFrame.values.contains { wrong in
            failure.diagnostics.contains { $0.location.frame == wrong.row.key }
        }
    }

    /// Clears the errors of rows of the frame when the row or the page that it was tried on was
    /// edited, and when time or an edited component may have fixed them.
    ///
    /// - Returns: whether there were such rows, which are then tried again.
    func reconsiderFrame(editedPages: Set<UUID>, editsComponents: Bool) -> Bool {
        guard !wrongFrame.isEmpty else { return false }
        let rows = Dictionary(
            content.frame.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return forgetWrongFrame { id, wrong in
            if rows[id] != wrong.row { return true }
            if wrong.dependsOnPage, editedPages.contains(wrong.page) { return true }
            if let due = wrong.due, due <= content.now { return true }
            guard editsComponents, let key = wrong.row.block.componentKey else { return false }
            // No page has the component, so its edits change no input of a page.
            return content.components[key]?.isPlaced != true
        }
    }

    /// Clears the errors of rows of the frame when one of the inputs of the trial has changed.
    func reconsiderFrameByInputs() -> Bool {
        forgetWrongFrame { _, wrong in
            wrong.dependsOnPage && positions[wrong.page] == nil
                || wrong.isOutdated(by: planner.inputs)
        }
    }

    private func forgetWrongFrame(where isOutdated: (UUID, WrongFrameRow) -> Bool) -> Bool {
        let kept = wrongFrame.filter { !isOutdated($0.key, $0.value) }
        defer { wrongFrame = kept }
        return kept.count < wrongFrame.count
    }

    /// The errors of rows of the frame, in the order of their keys.
    var frameFaults: [Diagnostic] {
        wrongFrame.values.sorted { $0.row.key.utf8.lexicographicallyPrecedes($1.row.key.utf8) }
            .flatMap(\.faults)
    }

    /// The pages that would use rows of the frame if these were correct.
    var pagesOfWrongFrame: Set<UUID> {
        guard !wrongFrame.isEmpty else { return [] }
        let rows = wrongFrame.values.map(\.row)
        return Set(
            site.pages.lazy.map(\.page).filter { page in
                rows.contains {
                    $0.app?.isUTF8Equal(to: page.app) ?? true
                        && $0.layout?.isUTF8Equal(to: page.layout) ?? true
                }
            }.map(\.id))
    }

    /// The rows of the frame that pages were published with. For a row that no page can use at
    /// present, pages keep the last published version, also while a correction waits.
    var publishedFrame: [FrameBlock] {
        var unusable = site.placement.frame.unusable
        let named = unusableFrameKeys
        for row in frame where !row.faults.isEmpty || named.contains(row.key) {
            unusable.insert(row.id)
        }
        guard !unusable.isEmpty else { return frame }
        return frame.compactMap { row in
            unusable.contains(row.id) ? lastFrame.first { $0.id == row.id } : row
        }
    }

    /// The keys of rows of the frame with which no page could be planned. Exceptions thrown by
    /// components are left out, because they may depend on the page.
    private var unusableFrameKeys: Set<String> {
        var keys: Set<String> = []
        // A page that waits was not tried with the current rows.
        for failure in failures.values where !waiting.contains(failure.id) {
            for fault in failure.diagnostics where WrongFrameRow.codes.contains(fault.code) {
                if let key = fault.location.frame { keys.insert(key) }
            }
        }
        return keys
    }

    /// The components that belong to the site because the frame uses them, whatever its pages
    /// place.
    var frameComponents: Set<String> {
        let node = content.node
        return Set(
            frame.filter {
                ($0.node?.isUTF8Equal(to: node.id) ?? true)
                    && ($0.app.map(node.apps.contains) ?? true)
            }.compactMap(\.block.componentKey))
    }
}
