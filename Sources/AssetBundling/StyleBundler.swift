import Diagnostics
import SiteModel
import SystemSupport

/// Minifies style sheets, each alone, and puts each into its cascade layer.
struct StyleBundler {
    let esbuild: Esbuild

    struct Input {
        var name: String
        var layer: String
        var css: String
        var location: Diagnostic.Location
    }

    /// - Returns: a style sheet for each input that is sound, by the input's name.
    func bundle(_ inputs: [Input]) throws -> (sheets: [String: String], diagnostics: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        var sheets: [String: String] = [:]
        for input in inputs {
            try esbuild.folder.write(Array(input.css.utf8), to: "styles/\(input.name).css")
        }
        guard !inputs.isEmpty else { return ([:], []) }
        let (succeeded, messages) = try esbuild.run(
            inputs.map { "styles/\($0.name).css" } + [
                "--minify", "--outdir=styles-out", "--outbase=styles", "--target=es2022",
                "--log-level=warning", "--charset=utf8", "--legal-comments=none",
            ])
        for message in messages {
            guard let input = inputs.first(where: { "styles/\($0.name).css" == message.file })
            else { continue }
            var location = input.location
            location.line = message.line
            location.column = message.column
            diagnostics.append(Diagnostic(.badStyles, message.text, at: location))
        }
        guard succeeded else {
            if diagnostics.isEmpty {
                throw Diagnostic(
                    .toolFailed, "esbuild failed: \(messages.first?.text ?? "no reason given")")
            }
            return ([:], diagnostics)
        }
        for input in inputs {
            let css = String(
                decoding: try esbuild.folder.read("styles-out/\(input.name).css"), as: UTF8.self)
            if let reason = Self.fault(in: css) {
                diagnostics.append(Diagnostic(.badStyles, reason, at: input.location))
            } else {
                sheets[input.name] = "@layer \(input.layer){\(css.trimmingNewlines())}\n"
            }
        }
        return (sheets, diagnostics)
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
        for rule in ["@import", "@charset", "@namespace"] where lowered.contains(rule) {
            return "the styles have an \(rule) rule; put the styles themselves here"
        }
        return nil
    }
}

extension String {
    fileprivate func trimmingNewlines() -> Substring {
        var rest = self[...]
        while rest.last?.isNewline == true { rest = rest.dropLast() }
        return rest
    }
}
