import Bundling
import Core
import RenderProtocol
import SiteModel

extension WorkerProtocol {
    /// A message to the worker: it loads the engine, then a site, then renders jobs.
    enum Request {
        case load(WorkerRuntime)
        case setup(WorkerSetup)
        /// `announcesSteps` asks for a `Reply.step` before each piece, to find which one is at fault.
        case render(jobs: [RenderJob], announcesSteps: Bool)
    }
}

extension WorkerProtocol.Request {
    func encode() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .load(let runtime):
            writer.write(WorkerProtocol.RequestKind.load.rawValue)
            writer.write(runtime.prelude)
            writer.write(runtime.code)
            writer.write(runtime.explainingCode)
        case .setup(let setup):
            writer.write(WorkerProtocol.RequestKind.setup.rawValue)
            writer.write(setup.siteJSON)
            writer.write(setup.components.count)
            for module in setup.components {
                writer.write(module.key)
                writer.write(module.serverCode)
                writer.write(Self.definition(of: module))
                writer.write(UInt8(module.islandSource != nil ? 1 : 0))
            }
            writer.write(setup.layouts.count)
            for module in setup.layouts {
                writer.write(module.key)
                writer.write(module.serverCode)
                writer.write(UInt8(module.mayListPages ? 1 : 0))
            }
            writer.write(setup.document.serverCode)
            writer.write(UInt8(setup.document.mayListPages ? 1 : 0))
        case .render(let jobs, let announcesSteps):
            writer.write(WorkerProtocol.RequestKind.render.rawValue)
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
        writer.write(job.language)
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

    /// Returns what the worker's JavaScript needs to know about a component besides its code.
    private static func definition(of module: CompiledModule) -> String {
        var json = JSONBytes(capacity: 256 + (module.propsSchema?.utf8.count ?? 0))
        json.object { json in
            json.member("key", module.key)
            json.name("schema")
            json.raw(module.propsSchema ?? "null")
            json.name("island")
            if let source = module.islandSource {
                json.object {
                    $0.member("source", source)
                    $0.member("hydrate", (module.hydrate ?? .load).rawValue)
                }
            } else {
                json.raw("null")
            }
            json.name("context")
            json.array(ComponentContext.allCases.filter(module.context.contains)) {
                $0.string($1.rawValue)
            }
            json.member("readsPages", module.mayListPages)
        }
        return json.text
    }
}
