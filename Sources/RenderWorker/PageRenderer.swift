import JavaScriptEngine
import Markdown
import RenderProtocol
import SiteModel
import UTF8Text

/// Renders pages with one JavaScript context; lives in the worker process.
///
/// Document, layout and the blocks that only this page has are rendered in one go. Blocks that other
/// pages share are rendered alone and kept; islands are rendered alone, since the browser will render
/// them alone too; Markdown is never JavaScript's. Those leave a slot, into which their bytes are put
/// afterwards.
final class PageRenderer {
    /// Which of its surroundings change what a component renders.
    struct Traits {
        var readsPage: Bool
        var readsClock: Bool
        var isIsland: Bool
        var dependsOnNeighbours: Bool
    }

    private let javaScript: JavaScriptContext
    private let renderBlock: JavaScriptValue
    private let renderPage: JavaScriptValue
    private let traits: [Traits]
    private let componentIndexes: [JavaScriptValue]
    private let layoutIndexes: [JavaScriptValue]
    private let markdown = MarkdownRenderer()
    private var fragments = FragmentCache(limit: 8 << 20)
    private let slots = Slots()

    /// A context with the engine in it and no site yet.
    ///
    /// - Parameter last: the one that had the site before; nil in a new process.
    static func loadEngine(
        after last: JavaScriptContext?, reading reader: inout ByteReader
    ) throws -> JavaScriptContext {
        let context = JavaScriptContext(besides: last)
        try context.evaluate(try reader.text(), source: "robbieblocks:prelude")
        try context.evaluate(try reader.text(), source: "robbieblocks:runtime")
        return context
    }

    init(in context: JavaScriptContext, reading reader: inout ByteReader) throws {
        javaScript = context
        try context.value(at: "robbieblocks.setSite").call([context.string(try reader.text())])
        let sealsPrototypes = try reader.byte() == 1
        let defineComponent = try context.value(at: "robbieblocks.defineComponent")
        var traits: [Traits] = []
        for _ in 0..<(try reader.int()) {
            let key = try reader.text()
            let factory = try Self.factory(
                try reader.text(), source: "component:\(key)", in: context)
            try defineComponent.call([factory, context.string(try reader.text())])
            traits.append(
                Traits(
                    readsPage: try reader.byte() == 1, readsClock: try reader.byte() == 1,
                    isIsland: try reader.byte() == 1,
                    dependsOnNeighbours: try reader.byte() == 1))
        }
        self.traits = traits
        let defineLayout = try context.value(at: "robbieblocks.defineLayout")
        let layouts = try reader.int()
        for _ in 0..<layouts {
            let key = try reader.text()
            try defineLayout.call([
                try Self.factory(try reader.text(), source: "layout:\(key)", in: context)
            ])
        }
        try context.value(at: "robbieblocks.defineDocument").call([
            try Self.factory(try reader.text(), source: "document:document", in: context)
        ])
        renderBlock = try context.value(at: "robbieblocks.renderBlock")
        renderPage = try context.value(at: "robbieblocks.renderPage")
        componentIndexes = traits.indices.map { context.number(Double($0)) }
        layoutIndexes = (0..<layouts).map { context.number(Double($0)) }
        try context.value(at: "robbieblocks.seal").call([
            context.number(sealsPrototypes ? 1 : 0)
        ])
    }

    /// The code keeps its line numbers, so that the source map fits.
    ///
    /// The compiler lets some code pass that the engine refuses, such as a bad regular expression.
    /// Such a module fails where it is used, as if it threw, and the others work.
    private static func factory(
        _ code: String, source: String, in context: JavaScriptContext
    ) throws(JavaScriptError) -> JavaScriptValue {
        do {
            return try context.evaluate(
                WorkerProtocol.factoryPrefix + code + "\n})", source: source)
        } catch {
            let reason = error.message.replacingUTF8("SyntaxError: ", with: "")
            return try context.evaluate(
                "(function(){throw new SyntaxError(\(JSONValue.quote(reason)))})",
                source: "robbieblocks:refused")
        }
    }

    /// What became of one piece of a page.
    private enum Part {
        case html([UInt8])
        /// Rendered in one go with document and layout.
        case together
    }

    /// To be called before the first page of each batch.
    func beginBatch() { fragments.beginBatch() }

    /// Renders a page, in one go where that gives the same bytes.
    ///
    /// What goes wrong there is found out by rendering every piece alone.
    func render(_ job: WorkerJob) -> WorkerProtocol.PageOutcome {
        renderTogether(job) ?? renderAlone(job) { _ in }
    }

    /// Renders each piece by itself, so that a fault is known by its piece.
    ///
    /// - Parameter announce: called with a piece's index before it is rendered.
    func renderAlone(
        _ job: WorkerJob, announce: (Int) throws -> Void
    ) rethrows -> WorkerProtocol.PageOutcome {
        var parts: [Part] = []
        var faults: [WorkerProtocol.Fault] = []
        var links: [WorkerProtocol.Link] = []
        let (page, clock) = surroundings(of: job)
        for (index, piece) in job.pieces.enumerated() {
            try announce(index)
            let result: Result<[UInt8], PieceFault> =
                if let component = piece.component {
                    Result { () throws(PieceFault) in
                        try fragments.fragment(for: key(of: component, piece, job)) {
                            () throws(PieceFault) in
                            try render(component, piece, page: page, clock: clock)
                        }
                    }
                } else {
                    render(markdownOf: job, links: &links)
                }
            switch result {
            case .success(let html): parts.append(.html(html))
            case .failure(let fault): faults.append(fault.placed(at: index))
            }
        }
        guard faults.isEmpty else { return .faults(faults) }
        try announce(job.pieces.count)
        switch assemble(parts, of: job, page: page, clock: clock) {
        case .success(let html): return .html(html, links: links)
        case .failure(let fault): return .faults([fault.placed(at: nil)])
        }
    }

    /// - Returns: nil when anything goes wrong.
    private func renderTogether(_ job: WorkerJob) -> WorkerProtocol.PageOutcome? {
        var parts: [Part] = []
        parts.reserveCapacity(job.pieces.count)
        var links: [WorkerProtocol.Link] = []
        let (page, clock) = surroundings(of: job)
        for piece in job.pieces {
            guard let component = piece.component else {
                guard case .success(let html) = render(markdownOf: job, links: &links) else {
                    return nil
                }
                parts.append(.html(html))
                continue
            }
            let traits = traits[component]
            let key = key(of: component, piece, job)
            if !traits.isIsland, !traits.dependsOnNeighbours, fragments.isNew(key) {
                parts.append(.together)
                continue
            }
            let html = try? fragments.fragment(for: key) { () throws(PieceFault) in
                try render(component, piece, page: page, clock: clock)
            }
            guard let html else { return nil }
            parts.append(.html(html))
        }
        guard case .success(let html) = assemble(parts, of: job, page: page, clock: clock) else {
            return nil
        }
        return .html(html, links: links)
    }

    private func surroundings(of job: WorkerJob) -> (page: JavaScriptValue, clock: JavaScriptValue)
    {
        (javaScript.string(job.pageJSON), javaScript.number(Double(job.clock)))
    }

    /// Renders document and layout around the parts, which become slots or are rendered with them.
    private func assemble(
        _ parts: [Part], of job: WorkerJob, page: JavaScriptValue, clock: JavaScriptValue
    ) -> Result<[UInt8], PieceFault> {
        var zones = ""
        for zone in Zone.allCases {
            var list = ""
            for (index, piece) in job.pieces.enumerated() where piece.zone == zone {
                if !list.isEmpty { list += "," }
                switch (parts[index], piece.component) {
                case (.together, let component?):
                    list += "[\(component),\(String(decoding: piece.props, as: UTF8.self))]"
                default: list += "\"\(slots.name(index))\""
                }
            }
            guard !list.isEmpty else { continue }
            zones += (zones.isEmpty ? "" : ",") + "\"\(zone.rawValue)\":[\(list)]"
        }
        let shell = call(
            renderPage,
            [
                layoutIndexes[job.layout], page, javaScript.string(job.headJSON),
                javaScript.string("{" + zones + "}"), clock,
            ])
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

        /// - Parameter piece: nil for document and layout.
        func placed(at piece: Int?) -> WorkerProtocol.Fault {
            .init(kind: kind, piece: piece, message: message, line: line, stack: stack)
        }
    }

    private static func prefix(of piece: WorkerJob.Piece) -> String { "b\(piece.order ?? 0)-" }

    /// Everything that decides the bytes of a block.
    private func key(of component: Int, _ piece: WorkerJob.Piece, _ job: WorkerJob) -> [UInt8] {
        let traits = traits[component]
        var key = ByteWriter()
        key.write(component)
        key.write(piece.props)
        if traits.isIsland || traits.dependsOnNeighbours { key.write(Self.prefix(of: piece)) }
        if traits.readsPage { key.write(job.pageJSON) }
        if traits.readsClock { key.write(job.clock) }
        return key.bytes
    }

    private func render(
        _ component: Int, _ piece: WorkerJob.Piece, page: JavaScriptValue, clock: JavaScriptValue
    ) throws(PieceFault) -> [UInt8] {
        let html = try call(
            renderBlock,
            [
                componentIndexes[component],
                javaScript.string(String(decoding: piece.props, as: UTF8.self)),
                javaScript.string(Self.prefix(of: piece)), page, clock,
            ]
        ).get()
        guard html.count <= WorkerProtocol.pageLimit else {
            throw PieceFault(
                kind: .size,
                message: "the block has \(html.count) bytes of HTML; "
                    + "\(WorkerProtocol.pageLimit) is the limit")
        }
        return html
    }

    private func render(
        markdownOf job: WorkerJob, links: inout [WorkerProtocol.Link]
    ) -> Result<[UInt8], PieceFault> {
        do throws(MarkdownError) {
            let rendered = try markdown.render(job.markdown, trusted: job.isTrusted)
            for link in rendered.links where link.destination.hasUTF8Prefix("/") {
                links.append(.init(path: link.destination, line: link.line))
            }
            return .success(
                Array("<div class=\"prose\">".utf8) + rendered.html + Array("</div>".utf8))
        } catch {
            return .failure(
                PieceFault(kind: .markdown, message: error.description, line: error.line))
        }
    }

    /// Calls into JavaScript; a result that begins with U+0001 is a failure as JSON.
    private func call(
        _ function: JavaScriptValue, _ arguments: [JavaScriptValue]
    ) -> Result<[UInt8], PieceFault> {
        do throws(JavaScriptError) {
            let bytes = try function.call(arguments).utf8()
            guard bytes.first == 1 else { return .success(bytes) }
            let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
            let report = try? JSONValue(parsing: text)
            let kind: WorkerProtocol.Fault.Kind =
                switch report?["kind"]?.string {
                case "props": .props
                case "schema": .schema
                default: .render
                }
            return .failure(
                PieceFault(
                    kind: kind, message: report?["message"]?.string ?? "it failed without a reason",
                    stack: report?["stack"]?.string ?? ""))
        } catch {
            return .failure(PieceFault(kind: .render, message: error.message, stack: error.stack))
        }
    }
}
