import Core
import Markdown
import RenderEngine
import RenderProtocol
import SiteModel

/// Renders pages with one JavaScript context; lives in the worker process.
///
/// Document, layout and the blocks of only this page are rendered in one call. Blocks shared with
/// other pages are rendered separately and cached. Islands are rendered separately because the
/// browser also renders them separately. Markdown is not rendered in JavaScript. These pieces leave
/// a slot, which is filled with their bytes afterwards.
final class PageRenderer {
    private var engine: RenderEngine
    private var renderBlock: JavaScriptValue
    private var renderPage: JavaScriptValue
    private var resumeBlock: JavaScriptValue
    /// The most times that a waiting block is resumed.
    private static let resumptions = 16
    private var traits: [ObservedTraits]
    private let islands: [Bool]
    private var componentIndexes: [JavaScriptValue] = []
    private var layoutIndexes: [JavaScriptValue] = []
    private let markdown = MarkdownRenderer()
    private var fragments = FragmentCache(limit: 8 << 20)
    private let slots = Slots()
    private let frames: Frames
    /// The same site in a context whose errors include stacks; created for the first error.
    private var explainer: PageRenderer?
    /// Islands with invalid nesting; each is reported once.
    private var misnested: Set<Int> = []
    private var warnings: [WorkerProtocol.Fault] = []

    /// The requests from which a context is created.
    struct Frames {
        var load: [UInt8]
        var setup: [UInt8]
    }

    init(in engine: RenderEngine, frames: Frames) throws {
        self.engine = engine
        self.frames = frames
        let modules = try Self.define(frames.setup, in: engine)
        islands = modules.islands
        traits = Array(repeating: [], count: islands.count)
        renderBlock = try engine.function("renderBlock")
        renderPage = try engine.function("renderPage")
        resumeBlock = try engine.function("resumeBlock")
        makeIndexes(layouts: modules.layouts)
    }

    private func makeIndexes(layouts: Int) {
        componentIndexes = islands.indices.map { engine.context.number(Double($0)) }
        layoutIndexes = (0..<layouts).map { engine.context.number(Double($0)) }
    }

    /// Continues in a new context, after code has damaged the old one for all later pages.
    private func renew() throws {
        engine = try RenderEngine(
            besides: engine, stacks: engine.stacks, loading: frames.load)
        let modules = try Self.define(frames.setup, in: engine)
        renderBlock = try engine.function("renderBlock")
        renderPage = try engine.function("renderPage")
        resumeBlock = try engine.function("resumeBlock")
        makeIndexes(layouts: modules.layouts)
    }

    /// How one piece of a page is rendered.
    private enum Part {
        case html([UInt8])
        /// Rendered in one call with document and layout.
        case together
    }

    /// What jobs may name by index.
    var bounds: WorkerJob.Bounds {
        .init(layouts: layoutIndexes.count, components: islands.count)
    }

    /// Call before the first page of each batch.
    func beginBatch() { fragments.beginBatch() }

    /// Renders a page, in one call where that gives the same bytes.
    ///
    /// On an error every piece is rendered separately to locate it.
    func render(_ job: WorkerJob) -> WorkerProtocol.PageOutcome {
        warnings = []
        return renderTogether(job) ?? renderAlone(job) { _ in }
    }

    /// Renders each piece separately, so that an error is attributed to its piece.
    ///
    /// - Parameter announce: called with a piece's index before it is rendered.
    func renderAlone(
        _ job: WorkerJob, announce: (Int) throws -> Void
    ) rethrows -> WorkerProtocol.PageOutcome {
        var job = job
        var parts: [Part] = []
        var faults: [WorkerProtocol.Fault] = []
        if let index = job.pieces.firstIndex(where: { $0.component == nil }) {
            try announce(index)
        }
        let written = render(markdownOf: &job)
        for (index, piece) in job.pieces.enumerated() {
            let result: Result<[UInt8], PieceFault>
            if let component = piece.component {
                try announce(index)
                result = Result { () throws(PieceFault) in
                    try fragment(component, piece, of: job)
                }
            } else {
                result = written.map(\.html)
            }
            switch result {
            case .success(let html): parts.append(.html(html))
            case .failure(let fault):
                faults.append(explained(fault, ofPiece: index, in: job).placed(at: index))
            }
        }
        guard faults.isEmpty else { return .faults(faults) }
        try announce(job.pieces.count)
        switch assemble(parts, of: job) {
        case .success(let html):
            let markdown = (try? written.get()) ?? RenderedMarkdown(html: [])
            return .html(html, PageRemarks.of(html, markdown), warnings: warnings)
        case .failure(let fault):
            return .faults([explained(fault, ofPiece: nil, in: job).placed(at: nil)])
        }
    }

    /// Returns the error with its place in the code, which the context for pages does not report.
    private func explained(_ fault: PieceFault, ofPiece index: Int?, in job: WorkerJob)
        -> PieceFault
    {
        guard fault.kind == .render, !fault.isSuspended else { return fault }
        if explainer == nil {
            explainer = try? PageRenderer(
                in: RenderEngine(besides: engine, stacks: .toExplainErrors, loading: frames.load),
                frames: frames)
        }
        return explainer?.fault(ofPiece: index, in: job) ?? fault
    }

    /// Renders one piece, or document and layout around empty slots, and returns the error.
    private func fault(ofPiece index: Int?, in job: WorkerJob) -> PieceFault? {
        do throws(PieceFault) {
            if let index, let component = job.pieces[index].component {
                _ = try render(component, job.pieces[index], of: job)
            } else {
                _ = try assemble(job.pieces.map { _ in .html([]) }, of: job).get()
            }
            return nil
        } catch {
            return error
        }
    }

    /// - Returns: nil on any error.
    private func renderTogether(_ job: WorkerJob) -> WorkerProtocol.PageOutcome? {
        var job = job
        var parts: [Part] = []
        parts.reserveCapacity(job.pieces.count)
        guard case .success(let written) = render(markdownOf: &job) else { return nil }
        for piece in job.pieces {
            guard let component = piece.component else {
                parts.append(.html(written.html))
                continue
            }
            if !islands[component], !traits[component].contains(.order),
                fragments.isNew(key(of: component, piece, job))
            {
                parts.append(.together)
                continue
            }
            guard let html = try? fragment(component, piece, of: job) else { return nil }
            parts.append(.html(html))
        }
        guard case .success(let html) = assemble(parts, of: job) else { return nil }
        return .html(html, PageRemarks.of(html, written), warnings: warnings)
    }

    /// Renders document and layout around the parts, which become slots or are rendered in the same
    /// call.
    private func assemble(
        _ parts: [Part], of job: WorkerJob
    ) -> Result<[UInt8], PieceFault> {
        var zones = JSONBytes(capacity: 1024)
        zones.object { zones in
            for zone in Zone.allCases {
                let pieces = job.pieces.indices.filter { job.pieces[$0].zone == zone }
                guard !pieces.isEmpty else { continue }
                zones.name(zone.rawValue)
                zones.array(pieces) { list, index in
                    switch (parts[index], job.pieces[index].component) {
                    case (.together, let component?):
                        list.array {
                            $0.number(component)
                            $0.raw(job.pieces[index].props)
                        }
                    default: list.string(slots.name(index))
                    }
                }
            }
        }
        let shell = call { [self] in
            (
                renderPage,
                [
                    layoutIndexes[job.layout], engine.context.string(job.pageJSON),
                    engine.context.string(job.headJSON), engine.context.string(zones.text),
                    engine.context.number(Double(job.clock)),
                    engine.context.string(job.headingsJSON),
                ]
            )
        }
        return shell.flatMap { shell in
            let html = slots.fill(shell) { index in
                if case .html(let html) = parts[index] { html } else { [] }
            }
            guard html.count <= WorkerProtocol.pageLimit else {
                return .failure(
                    PieceFault(
                        kind: .size,
                        message: "the page has \(html.count) bytes of HTML; "
                            + "\(WorkerProtocol.pageLimit) is the limit"))
            }
            return .success(html)
        }
    }

    private struct PieceFault: Error {
        var kind: WorkerProtocol.Fault.Kind
        var message: String
        var line: Int?
        var stack = ""
        /// Whether the piece waits and may be resumed.
        var isSuspended = false

        /// - Parameter piece: nil for document and layout.
        func placed(at piece: Int?) -> WorkerProtocol.Fault {
            .init(kind: kind, piece: piece, message: message, line: line, stack: stack)
        }
    }

    private static func prefix(of piece: WorkerJob.Piece) -> String { "b\(piece.order ?? 0)-" }

    /// Returns all inputs that determine the bytes of a block.
    private func key(of component: Int, _ piece: WorkerJob.Piece, _ job: WorkerJob) -> [UInt8] {
        var key = ByteWriter()
        key.write(component)
        key.write(piece.props)
        let traits = traits[component]
        if islands[component] || traits.contains(.order) { key.write(Self.prefix(of: piece)) }
        if traits.contains(.page) { key.write(job.pageJSON) }
        if traits.contains(.clock) { key.write(job.clock) }
        if traits.contains(.headings) { key.write(job.headingsJSON) }
        return key.bytes
    }

    /// Returns a block's HTML, cached or rendered.
    private func fragment(
        _ component: Int, _ piece: WorkerJob.Piece, of job: WorkerJob
    ) throws(PieceFault) -> [UInt8] {
        if let known = fragments.fragment(for: key(of: component, piece, job)) { return known }
        let html = try render(component, piece, of: job)
        if islands[component], !misnested.contains(component),
            let message = MarkupNesting.fault(in: html)
        {
            misnested.insert(component)
            let index = job.pieces.firstIndex { $0.component == component }
            warnings.append(
                .init(kind: .nesting, piece: index, message: message, line: nil, stack: ""))
        }
        fragments.keep(html, for: key(of: component, piece, job))
        return html
    }

    /// Renders a block separately and records what it reads.
    private func render(
        _ component: Int, _ piece: WorkerJob.Piece, of job: WorkerJob
    ) throws(PieceFault) -> [UInt8] {
        var result = call { [self] in
            (
                renderBlock,
                [
                    componentIndexes[component],
                    engine.context.string(String(decoding: piece.props, as: UTF8.self)),
                    engine.context.string(Self.prefix(of: piece)),
                    engine.context.string(job.pageJSON), engine.context.number(Double(job.clock)),
                    engine.context.string(job.headingsJSON),
                ]
            )
        }
        // Pending work in the engine, such as the import of a lazy part, has ended by now.
        for _ in 0..<Self.resumptions {
            guard case .failure(let fault) = result, fault.isSuspended else { break }
            result = call { [self] in (resumeBlock, []) }
        }
        var html = try result.get()
        traits[component].formUnion(
            ObservedTraits(rawValue: (html.first ?? 0) &- UInt8(ascii: "0")))
        html.removeFirst()
        guard html.count <= WorkerProtocol.pageLimit else {
            throw PieceFault(
                kind: .size,
                message: "the block has \(html.count) bytes of HTML; "
                    + "\(WorkerProtocol.pageLimit) is the limit")
        }
        return html
    }

    /// Renders the Markdown before any block, because blocks can list its headings.
    ///
    /// - Returns: the Markdown with its wrapper; empty when the page shows none.
    private func render(
        markdownOf job: inout WorkerJob
    ) -> Result<RenderedMarkdown, PieceFault> {
        guard job.pieces.contains(where: { $0.component == nil }) else {
            return .success(RenderedMarkdown(html: []))
        }
        do throws(MarkdownError) {
            var written = try markdown.render(
                job.markdown, trusted: job.isTrusted, language: job.language)
            job.headingsJSON = Self.json(of: written.headings)
            written.html =
                Array("<div class=\"prose\">".utf8) + written.html + Array("</div>".utf8)
            return .success(written)
        } catch {
            return .failure(
                PieceFault(kind: .markdown, message: error.description, line: error.line))
        }
    }

    private static func json(of headings: [Heading]) -> String {
        var json = JSONBytes(capacity: 64 * headings.count)
        json.array(headings) { json, heading in
            json.object {
                $0.member("level", heading.level)
                $0.member("id", heading.id)
                $0.member("text", heading.text)
            }
        }
        return json.text
    }

    /// Calls into JavaScript. A result that begins with U+0001 is an error as JSON.
    ///
    /// - Parameter arguments: the function and its arguments, created again when the context is
    ///   replaced.
    private func call(
        _ arguments: () -> (JavaScriptValue, [JavaScriptValue])
    ) -> Result<[UInt8], PieceFault> {
        for isRetry in [false, true] {
            do throws(JavaScriptError) {
                let (function, values) = arguments()
                let bytes = try function.call(values).utf8()
                guard bytes.first == 1 else { return .success(bytes) }
                let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
                let report = try? JSONValue(parsing: text)
                let message = report?["message"]?.string ?? "it failed without a reason"
                var fault = PieceFault(
                    kind: .render, message: message, stack: report?["stack"]?.string ?? "")
                switch report?["kind"]?.string {
                case "props": fault.kind = .props
                case "schema": fault.kind = .schema
                case "suspended": fault.isSuspended = true
                case "apart":
                    for index in message.utf8.split(separator: UInt8(ascii: ",")) {
                        guard let index = Int(Substring(index)) else { continue }
                        traits[index].insert(.order)
                    }
                case "spoiled" where !isRetry:
                    if (try? renew()) != nil { continue }
                default: break
                }
                return .failure(fault)
            } catch {
                return .failure(
                    PieceFault(kind: .render, message: error.message, stack: error.stack))
            }
        }
        return .failure(PieceFault(kind: .render, message: "the context cannot be renewed"))
    }
}
