import Diagnostics
import SystemSupport
import UTF8Text

/// Minifies style sheets, each alone, and puts each into its cascade layer.
struct StyleBundler {
    let esbuild: Esbuild
    let cache: BundleCache

    struct Input: Sendable {
        var name: String
        var layer: String
        var css: String
        var location: Diagnostic.Location

        /// Below the working folder.
        var file: String { "styles/\(output)" }
        /// Below the output folder.
        var output: String { "\(FileStem(name)).css" }
    }

    /// A finished style sheet, or none, and what is wrong with it.
    struct Sheet: Sendable {
        var css: String?
        var diagnostics: [Diagnostic]
    }

    private static let arguments = [
        "--minify", "--outbase=styles", "--target=es2022", "--legal-comments=none",
    ]

    private func key(of input: Input) -> SHA256Digest {
        var key = StepKey("styles", esbuild: esbuild, arguments: Self.arguments)
        for part in [input.name, input.layer, input.css, "\(input.location)"] { key.add(part) }
        return key.digest()
    }

    /// - Returns: the sheet of each input, by the input's name, and what was done for them.
    func bundle(
        _ inputs: [Input]
    ) async throws -> (sheets: [String: Sheet], work: BundlingWork.Tally) {
        var sheets: [String: Sheet] = [:]
        var unknown: [Input] = []
        for input in inputs {
            if let sheet = cache.result(Sheet.self, for: key(of: input)) {
                sheets[input.name] = sheet
            } else {
                unknown.append(input)
            }
        }
        let work = BundlingWork.Tally(made: unknown.count, reused: inputs.count - unknown.count)
        while !unknown.isEmpty {
            let run = try await esbuild.run(
                Self.arguments + unknown.map(\.file),
                on: Dictionary(unknown.map { ($0.file, $0.css) }, uniquingKeysWith: { $1 }))
            let messages = Dictionary(grouping: run.messages, by: \.file)
            let failed = unknown.filter { messages[$0.file]?.contains(where: \.isError) == true }
            if !run.succeeded && failed.isEmpty { throw Esbuild.failure(run.messages) }
            // What has no fault of its own is tried again without those that have.
            for input in run.succeeded ? unknown : failed {
                let own = (messages[input.file] ?? []).sorted().map { message in
                    var location = input.location
                    location.line = message.line
                    location.column = message.column
                    return Diagnostic(.badStyles, message.text, at: location)
                }
                let sheet = try Self.sheet(of: input, in: run, diagnostics: own)
                cache.keep(sheet, for: key(of: input))
                sheets[input.name] = sheet
            }
            unknown.removeAll { sheets[$0.name] != nil }
        }
        return (sheets, work)
    }

    private static func sheet(
        of input: Input, in run: Esbuild.Result, diagnostics: [Diagnostic]
    ) throws(Diagnostic) -> Sheet {
        guard run.succeeded else { return Sheet(css: nil, diagnostics: diagnostics) }
        let css = try run.text(input.output)
        if let reason = fault(in: css) {
            let fault = Diagnostic(.badStyles, reason, at: input.location)
            return Sheet(css: nil, diagnostics: diagnostics + [fault])
        }
        return Sheet(
            css: "@layer \(input.layer){\(css.trimmingNewlines())}\n", diagnostics: diagnostics)
    }

    /// What a sheet that is only styles cannot have: a brace too many, which would end its layer, or
    /// an import, which does nothing inside one.
    static func fault(in css: String) -> String? {
        var depth = 0
        var quote: Unicode.Scalar?
        var isEscaped = false
        // By scalars: a brace with a combining mark behind it is still a brace.
        for character in css.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "{" {
                depth += 1
            } else if character == "}" {
                depth -= 1
                if depth < 0 { return "the styles have a '}' too many" }
            }
        }
        if depth != 0 { return "the styles lack a '}'" }
        let lowered = css.lowercased()
        for rule in ["@import", "@charset", "@namespace"] where lowered.containsUTF8(rule) {
            return "the styles have an \(rule) rule; put the styles themselves here"
        }
        return nil
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

extension String {
    fileprivate func trimmingNewlines() -> Substring {
        var rest = self[...]
        while let shorter = rest.droppingUTF8Suffix("\n") { rest = shorter }
        return rest
    }
}
