import AssetBundling
import Planning
import SiteModel

/// What travels between the program and a render worker, each message one frame.
enum WorkerProtocol {
    /// The largest frame in either direction, in bytes.
    static let frameLimit = 64 << 20
    /// The largest page, in bytes of HTML.
    static let pageLimit = 16 << 20

    /// To the worker: loads the engine, then a site, then gives it jobs.
    enum Request {
        case load(WorkerRuntime)
        case setup(WorkerSetup)
        /// `announcesSteps` asks for a `Reply.step` before each piece, to find which one is at fault.
        case render(jobs: [RenderJob], announcesSteps: Bool)
    }

    /// From the worker: one `page` for each job, in their order.
    enum Reply {
        case ready
        /// The worker cannot be set up.
        case refused(reason: String)
        case step(piece: Int)
        case page(PageOutcome)
    }

    enum PageOutcome {
        case html([UInt8], links: [Link])
        case faults([Fault])
    }

    /// A link of the page's Markdown that stays on the site.
    struct Link: Hashable {
        var path: String
        var line: Int
    }

    struct Fault: Hashable {
        enum Kind: UInt8 { case render, props, schema, markdown, size }

        var kind: Kind
        /// Index into the job's pieces; nil for the layout and the document shell.
        var piece: Int?
        var message: String
        var line: Int?
        /// JavaScript frames, innermost first.
        var stack: String
    }
}

extension WorkerProtocol.Request {
    func encode() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .load(let runtime):
            writer.write(UInt8(2))
            writer.write(runtime.prelude)
            writer.write(runtime.code)
        case .setup(let setup):
            writer.write(UInt8(0))
            writer.write(setup.siteJSON)
            let modules = setup.components + setup.layouts + [setup.document]
            writer.write(UInt8(modules.contains(where: \.reachesPrototypes) ? 1 : 0))
            writer.write(setup.components.count)
            for module in setup.components {
                writer.write(module.key)
                writer.write(module.serverCode)
                writer.write(Self.definition(of: module))
                let context = module.context
                writer.write(UInt8(context.contains(.page) ? 1 : 0))
                writer.write(UInt8(context.contains(.clock) ? 1 : 0))
                writer.write(UInt8(module.islandSource != nil ? 1 : 0))
                writer.write(UInt8(module.dependsOnNeighbours ? 1 : 0))
            }
            writer.write(setup.layouts.count)
            for module in setup.layouts {
                writer.write(module.key)
                writer.write(module.serverCode)
            }
            writer.write(setup.document.serverCode)
        case .render(let jobs, let announcesSteps):
            writer.write(UInt8(1))
            writer.write(UInt8(announcesSteps ? 1 : 0))
            writer.write(jobs.count)
            for job in jobs { Self.encode(job, into: &writer) }
        }
        return writer.bytes
    }

    private static func encode(_ job: RenderJob, into writer: inout ByteWriter) {
        writer.write(job.layout)
        writer.write(job.page.page.updatedAtMilliseconds)
        writer.write(UInt8(job.page.page.isTrusted ? 1 : 0))
        writer.write(job.pageJSON)
        writer.write(job.headJSON)
        writer.write(job.markdown)
        writer.write(job.pieces.count)
        for piece in job.pieces {
            writer.write(UInt8(Zone.allCases.firstIndex(of: piece.zone) ?? 0))
            writer.write(piece.order ?? Int.min)
            switch piece.content {
            case .markdown:
                writer.write(-1)
            case .component(let index, let props):
                writer.write(index)
                writer.write(props)
            }
        }
    }

    /// What the worker's JavaScript must know of a component beside its code.
    private static func definition(of module: CompiledModule) -> String {
        let island =
            module.islandSource.map {
                #"{"source":\#(JSONValue.quote($0)),"hydrate":"\#(module.hydrate?.rawValue ?? "load")"}"#
            } ?? "null"
        let context = [ComponentContext.page, .node, .menu, .pages]
            .filter(module.context.contains).map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        return #"{"key":\#(JSONValue.quote(module.key)),"schema":\#(module.propsSchema ?? "null"),"#
            + #""island":\#(island),"context":[\#(context)]}"#
    }
}

extension WorkerProtocol.Reply {
    func encode() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .ready:
            writer.write(UInt8(0))
        case .refused(let reason):
            writer.write(UInt8(4))
            writer.write(reason)
        case .step(let piece):
            writer.write(UInt8(1))
            writer.write(piece)
        case .page(.html(let html, let links)):
            writer.write(UInt8(2))
            writer.write(html)
            writer.write(links.count)
            for link in links {
                writer.write(link.path)
                writer.write(link.line)
            }
        case .page(.faults(let faults)):
            writer.write(UInt8(3))
            writer.write(faults.count)
            for fault in faults {
                writer.write(fault.kind.rawValue)
                writer.write(fault.piece ?? -1)
                writer.write(fault.message)
                writer.write(fault.line ?? -1)
                writer.write(fault.stack)
            }
        }
        return writer.bytes
    }

    init(decoding frame: [UInt8]) throws(ByteReader.Malformed) {
        var reader = ByteReader(frame)
        switch try reader.byte() {
        case 0: self = .ready
        case 1: self = .step(piece: try reader.int())
        case 2:
            let html = try reader.field()
            var links: [WorkerProtocol.Link] = []
            for _ in 0..<(try reader.int()) {
                links.append(.init(path: try reader.text(), line: try reader.int()))
            }
            self = .page(.html(html, links: links))
        case 3:
            var faults: [WorkerProtocol.Fault] = []
            for _ in 0..<(try reader.int()) {
                guard let kind = WorkerProtocol.Fault.Kind(rawValue: try reader.byte()) else {
                    throw ByteReader.Malformed()
                }
                let piece = try reader.int()
                let message = try reader.text()
                let line = try reader.int()
                faults.append(
                    .init(
                        kind: kind, piece: piece < 0 ? nil : piece, message: message,
                        line: line < 0 ? nil : line, stack: try reader.text()))
            }
            self = .page(.faults(faults))
        case 4: self = .refused(reason: try reader.text())
        default: throw ByteReader.Malformed()
        }
    }
}
