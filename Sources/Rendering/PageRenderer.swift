import JavaScriptEngine
import Markdown
import SiteModel

/// Renders pages with one JavaScript context; lives in the worker process.
///
/// Each block is rendered alone and each page's shell (document and layout) with an empty slot for
/// every zone; the blocks' bytes are then put into the slots. A block whose inputs were seen before
/// is not rendered again.
final class PageRenderer {
    /// Which of its surroundings change what a component renders.
    struct Traits {
        var readsPage: Bool
        var readsClock: Bool
        var isIsland: Bool
    }

    private let javaScript: JavaScriptContext
    private let renderBlock: JavaScriptValue
    private let renderShell: JavaScriptValue
    private let traits: [Traits]
    private let componentIndexes: [JavaScriptValue]
    private let layoutIndexes: [JavaScriptValue]
    private let markdown = MarkdownRenderer()
    private var fragments = FragmentCache(limit: 8 << 20)

    /// A context with the engine in it and no site yet.
    static func loadEngine(reading reader: inout ByteReader) throws -> JavaScriptContext {
        let context = JavaScriptContext()
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
                    isIsland: try reader.byte() == 1))
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
        renderShell = try context.value(at: "robbieblocks.renderShell")
        componentIndexes = traits.indices.map { context.number(Double($0)) }
        layoutIndexes = (0..<layouts).map { context.number(Double($0)) }
        try context.value(at: "robbieblocks.seal").call([
            context.number(sealsPrototypes ? 1 : 0)
        ])
    }

    /// Stands before the first line of a module's code.
    static let factoryPrefix = "(function(require,provide){\"use strict\";"

    /// The code keeps its line numbers, so that the source map fits.
    private static func factory(
        _ code: String, source: String, in context: JavaScriptContext
    ) throws(JavaScriptError) -> JavaScriptValue {
        try context.evaluate(factoryPrefix + code + "\n})", source: source)
    }

    /// - Parameter announce: called with a piece's index before it is rendered.
    func render(_ job: WorkerJob, announce: (Int) throws -> Void) rethrows
        -> WorkerProtocol.PageOutcome
    {
        var zones: [Zone: [UInt8]] = [:]
        var faults: [WorkerProtocol.Fault] = []
        var links: [WorkerProtocol.Link] = []
        let page = javaScript.string(job.pageJSON)
        let clock = javaScript.number(Double(job.clock))
        for (index, piece) in job.pieces.enumerated() {
            try announce(index)
            let result: Result<[UInt8], PieceFault> =
                if let component = piece.component {
                    render(component, piece, job, page: page, clock: clock)
                } else {
                    render(markdownOf: job, links: &links)
                }
            switch result {
            case .success(let html):
                zones[piece.zone, default: []].append(contentsOf: html)
            case .failure(let fault):
                faults.append(
                    .init(
                        kind: fault.kind, piece: index, message: fault.message, line: fault.line,
                        stack: fault.stack))
            }
        }
        guard faults.isEmpty else { return .faults(faults) }
        try announce(job.pieces.count)
        let names = Zone.allCases.filter { zones[$0] != nil }.map(\.rawValue).joined(separator: ",")
        let shell = call(
            renderShell,
            [
                layoutIndexes[job.layout], page, javaScript.string(job.headJSON),
                javaScript.string(names), clock,
            ])
        switch shell {
        case .failure(let fault):
            return .faults([
                .init(
                    kind: fault.kind, piece: nil, message: fault.message, line: fault.line,
                    stack: fault.stack)
            ])
        case .success(let shell):
            let html = Slots.fill(shell, with: zones)
            guard html.count <= WorkerProtocol.pageLimit else {
                return .faults([
                    .init(
                        kind: .size, piece: nil,
                        message: "the page has \(html.count) bytes of HTML; "
                            + "\(WorkerProtocol.pageLimit) is the limit", line: nil, stack: "")
                ])
            }
            return .html(html, links: links)
        }
    }

    private struct PieceFault: Error {
        var kind: WorkerProtocol.Fault.Kind
        var message: String
        var line: Int?
        var stack = ""
    }

    private func render(
        _ component: Int, _ piece: WorkerJob.Piece, _ job: WorkerJob, page: JavaScriptValue,
        clock: JavaScriptValue
    ) -> Result<[UInt8], PieceFault> {
        let traits = traits[component]
        let prefix = "b\(piece.order ?? 0)-"
        var key = ByteWriter()
        key.write(component)
        key.write(piece.props)
        if traits.isIsland { key.write(prefix) }
        if traits.readsPage { key.write(job.pageJSON) }
        if traits.readsClock { key.write(job.clock) }
        return Result { () throws(PieceFault) in
            try fragments.fragment(for: key.bytes) { () throws(PieceFault) in
                let html = try call(
                    renderBlock,
                    [
                        componentIndexes[component],
                        javaScript.string(String(decoding: piece.props, as: UTF8.self)),
                        javaScript.string(prefix), page, clock,
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
        }
    }

    private func render(
        markdownOf job: WorkerJob, links: inout [WorkerProtocol.Link]
    ) -> Result<[UInt8], PieceFault> {
        do throws(MarkdownError) {
            let rendered = try markdown.render(job.markdown, trusted: job.isTrusted)
            for link in rendered.links where link.destination.hasPrefix("/") {
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
