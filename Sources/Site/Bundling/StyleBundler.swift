import Core
import System

/// Reads style sheets, each separately, and puts each into its cascade layer.
struct StyleBundler {
    let cache: BundleCache

    struct Input: Sendable {
        var name: String
        var layer: String
        var css: String
        var location: Diagnostic.Location
    }

    /// A finished style sheet, or none, with its errors.
    struct Sheet: Sendable {
        var css: String?
        var diagnostics: [Diagnostic]
    }

    private func key(of input: Input) -> SHA256Digest {
        var key = StepKey("styles")
        for part in [input.name, input.layer, input.css, "\(input.location)"] { key.add(part) }
        return key.digest()
    }

    /// - Returns: the sheet of each input, by the input's name, and the work done.
    func bundle(_ inputs: [Input]) -> (sheets: [String: Sheet], work: BundlingWork.Tally) {
        var sheets: [String: Sheet] = [:]
        var work = BundlingWork.Tally()
        for input in inputs {
            let key = key(of: input)
            if let sheet = cache.result(Sheet.self, for: key) {
                sheets[input.name] = sheet
                work.reused += 1
            } else {
                let sheet = Self.sheet(of: input)
                cache.keep(sheet, for: key)
                sheets[input.name] = sheet
                work.made += 1
            }
        }
        return (sheets, work)
    }

    private static func sheet(of input: Input) -> Sheet {
        let name = "the style sheet"
        if let fault = SourceLimits.fault(in: input.css, name: name, at: input.location) {
            return Sheet(css: nil, diagnostics: [fault])
        }
        let (css, faults) = StyleSheetReader.read(input.css)
        var position = TextPosition(in: input.css)
        let diagnostics = faults.sorted { $0.position < $1.position }.map { fault in
            var location = input.location
            (location.line, location.column) = position.advance(toByte: fault.position)
            return Diagnostic(
                .badStyles, fault.reason, at: location,
                severity: fault.isWarning ? .warning : .error)
        }
        guard faults.allSatisfy(\.isWarning) else {
            return Sheet(css: nil, diagnostics: diagnostics)
        }
        return Sheet(
            css: "@layer \(input.layer){\(String(decoding: css, as: UTF8.self))}\n",
            diagnostics: diagnostics)
    }
}

extension StyleBundler.Sheet: StepResult {
    func write(to record: inout RecordWriter) throws {
        record.write(css)
        try record.write(diagnostics)
    }

    init(from record: inout RecordReader) throws {
        css = try record.optionalText()
        diagnostics = try record.diagnostics()
    }
}
