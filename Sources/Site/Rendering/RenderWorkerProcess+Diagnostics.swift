import Bundling
import Core
import RenderProtocol
import SiteModel
import System

extension RenderWorkerProcess {
    func page(_ job: RenderJob, _ outcome: WorkerProtocol.PageOutcome) -> RenderedPage {
        switch outcome {
        case .html(let html, let remarks, let warnings):
            return RenderedPage(
                job: job, outcome: .html(html), remarks: remarks,
                warnings: warnings.map { diagnostic(for: $0, in: job) })
        case .faults(let faults):
            return RenderedPage(
                job: job, outcome: .failed(faults.map { diagnostic(for: $0, in: job) }))
        }
    }

    private func diagnostic(for fault: WorkerProtocol.Fault, in job: RenderJob) -> Diagnostic {
        var location = location(ofPiece: fault.piece, in: job)
        switch fault.kind {
        case .markdown:
            location.field = "content"
            location.line = fault.line
            return Diagnostic(.contentTooLarge, fault.message, at: location)
        case .props:
            location.field = "props"
            // A block of the frame has the same row on every page.
            if location.frame != nil { location.page = nil }
            return Diagnostic(.badProps, fault.message, at: location)
        case .schema:
            return Diagnostic(
                .badPropsSchema, "props_schema is not a JSON Schema: \(fault.message)",
                at: .init(component: location.component, field: "props_schema"))
        case .nesting:
            return Diagnostic(
                .badNesting,
                "\(fault.message), so the browser builds other elements and renders the island again",
                at: .init(component: location.component, field: "react_code"), severity: .warning)
        case .size:
            return Diagnostic(.outputTooLarge, fault.message, at: location)
        case .render:
            if let place = place(inStack: fault.stack) {
                location.field = place.codeField
                location.line = place.line
                location.column = place.column
            }
            return Diagnostic(
                .renderFailed, "rendering failed: \(fault.message)", at: location,
                hint: hint(forMessage: fault.message))
        }
    }

    /// Suggests an import when a component's code uses another component without one.
    private func hint(forMessage message: String) -> String? {
        guard let name = message.droppingUTF8Prefix("ReferenceError: Can't find variable: "),
            let other = setup?.components.first(where: {
                Component.pascalCase($0.key).isUTF8Equal(to: String(name))
            })
        else { return nil }
        return "a component cannot use another one: place a block with '\(other.key)', or write "
            + "its markup here"
    }

    private func location(ofPiece piece: Int?, in job: RenderJob) -> Diagnostic.Location {
        var location = Diagnostic.Location(page: job.page.page.key)
        if let piece, job.pieces.indices.contains(piece) {
            location.frame = job.pieces[piece].frame
            if location.frame == nil { location.block = job.pieces[piece].order }
            if case .component(let index, _) = job.pieces[piece].content {
                location.component = setup?.components[index].key
            }
        } else {
            location.field = setup?.layouts[job.layout].codeField
        }
        return location
    }

    /// Returns the innermost stack frame in the code of a component, a layout or the document.
    private func place(
        inStack stack: String
    ) -> (codeField: String, line: Int, column: Int)? {
        for frame in stack.splitUTF8(separator: "\n") {
            let address =
                frame.splitUTF8(separator: "@", omittingEmptySubsequences: false).last ?? frame
            let parts = address.splitUTF8(separator: ":")
            guard parts.count == 4, let line = Int(parts[2]), let column = Int(parts[3]),
                let module = module(kind: parts[0], key: parts[1])
            else { continue }
            // The wrapper precedes the first line of the compiled code.
            let shift = line == 1 ? WorkerProtocol.factoryPrefix.count : 0
            if let place = module.sourceMap.original(
                line: line, column: max(1, column - shift), in: module.sourceFile)
            {
                return (module.codeField, place.line, place.column)
            }
        }
        return nil
    }

    private func module(kind: Substring, key: Substring) -> CompiledModule? {
        switch kind {
        case "component": setup?.components.first { $0.key == key }
        case "layout": setup?.layouts.first { $0.key == key }
        case "document": setup?.document
        default: nil
        }
    }

    /// How a worker ended while it rendered one page.
    enum Death {
        case tookTooLong
        case neededTooMuchMemory
        case spokeOtherwise
        case crashed(ChildProcess.Ending?)
    }

    func explain(_ death: Death, of job: RenderJob, piece: Int?) -> Diagnostic {
        var location = location(ofPiece: piece, in: job)
        let isMarkdown =
            piece.map { job.pieces.indices.contains($0) && job.pieces[$0].content == .markdown }
            ?? false
        if isMarkdown { location.field = "content" }
        let subject = isMarkdown ? "the Markdown" : "rendering"
        switch death {
        case .tookTooLong:
            return Diagnostic(
                .renderTimedOut,
                "\(subject) did not end within \(Double(limits.page) / 1000) s and was stopped",
                at: location,
                hint: isMarkdown ? "simplify the content" : "look for a loop that does not end")
        case .neededTooMuchMemory:
            return Diagnostic(
                .renderOutOfMemory, "\(subject) needed more memory than a page may have (1 GiB)",
                at: location,
                hint: isMarkdown
                    ? "simplify the content"
                    : "look for a list or a string that grows without end")
        case .spokeOtherwise:
            return Diagnostic(
                .workerProtocol,
                "\(subject) was given up: the worker sent something that is no answer",
                at: location, hint: Self.versionHint)
        case .crashed(let ending):
            return Diagnostic(
                .renderCrashed, "\(subject) ended its process (\(Self.words(for: ending)))",
                at: location,
                hint: ending == .killed(signal: 9)
                    ? "the system ends a process like that when it is short of memory"
                    : "look for a recursion that does not end, or a very large array")
        }
    }

    static func words(for ending: ChildProcess.Ending?) -> String {
        switch ending {
        case .exited(let status)?: "exit status \(status)"
        case .killed(signal: 4)?, .killed(signal: 5)?: "it stopped at a trap"
        case .killed(signal: 6)?: "it aborted"
        case .killed(signal: 7)?, .killed(signal: 11)?: "it accessed memory that it has not"
        case .killed(signal: 9)?: "another process or the system killed it"
        case .killed(signal: 24)?: "its processor time was used up"
        case .killed(let signal)?: "signal \(signal)"
        case nil: "it had ended before"
        }
    }
}
