import Core

extension ModuleCompiler {
    /// Warnings about one module are cut off there.
    private static let warningLimit = 10

    /// The first import of what cannot be imported, unless the tool leaves it out.
    func forbiddenImport(of input: ModuleInput, in inspection: Esbuild.Result) -> Diagnostic? {
        let output = "\(Esbuild.outputFolder)/\(input.output)"
        for path in inspection.metafile?.outputs[output]?.imports.map(\.path) ?? [] {
            if let fault = fault(ofImport: path, of: input, in: inspection) { return fault }
        }
        return nil
    }

    /// Imports of what cannot be imported and of which the code uses nothing.
    ///
    /// The tool leaves an import out when no value of it is used, and names it among the input's. One
    /// that is used for types alone is right: they are known where the code was written.
    func unusedImports(of input: ModuleInput, in inspection: Esbuild.Result) -> [Diagnostic] {
        let imports = inspection.metafile?.inputs[input.file]?.imports ?? []
        let paths = Set(imports.filter { $0.kind == "import-statement" }.map(\.path))
        let faults = paths.sorted().compactMap { path -> Diagnostic? in
            guard var fault = fault(ofImport: path, of: input, in: inspection),
                let place = ImportStatement.all(of: path, in: input.code)
                    .first(where: { !$0.isUsed(in: input.code) })?.path
            else { return nil }
            (fault.location.line, fault.location.column) = Self.position(of: place, in: input.code)
            fault.severity = .warning
            fault.message += "; the code does not use it"
            fault.hint = "remove it"
            return fault
        }
        return Array(faults.prefix(Self.warningLimit))
    }

    /// Why something cannot be imported; nil when it can.
    private func fault(
        ofImport path: String, of input: ModuleInput, in inspection: Esbuild.Result
    ) -> Diagnostic? {
        if Self.providedPackages.contains(path) || Self.automaticImports.contains(path) {
            return nil
        }
        // The tool's own helpers, for syntax that it writes in older words, and its injected file,
        // which it reports by its absolute path.
        if path == "<runtime>" || path == inspection.folder + "/runtime/globals.js" { return nil }
        let reason: String
        if path.hasUTF8Prefix("/") || path.hasUTF8Prefix(".") {
            reason = "'\(path)' is a file: components are rows, and cannot import files"
        } else if path.containsUTF8("://") || path.hasUTF8Prefix("data:") {
            reason = "'\(path)' is an address: nothing is fetched from elsewhere"
        } else if path.hasUTF8Prefix("node:") {
            reason = "'\(path)' belongs to Node.js, which does not run here"
        } else if input.dependencies.contains(path) {
            reason = "the package '\(path)' is declared in dependencies, but is not provided"
        } else {
            reason = "the package '\(path)' is not declared in dependencies and is not provided"
        }
        var location = input.location
        if let place = Self.place(of: path, in: input.code) {
            (location.line, location.column) = Self.position(of: place, in: input.code)
        }
        return Diagnostic(
            .importNotAllowed, "the import of \(reason)", at: location,
            hint: "what can be imported: 'react', 'react-dom', 'robbieblocks', "
                + "'robbieblocks/chat', 'robbieblocks/robbie'")
    }

    /// Where the quoted path stands: behind `from`, else anywhere.
    private static func place(of path: String, in code: String) -> String.Index? {
        ImportStatement.all(of: path, in: code).first?.path
            ?? code.firstUTF8Range(of: "\"\(path)\"")?.lowerBound
            ?? code.firstUTF8Range(of: "'\(path)'")?.lowerBound
    }

    private static func position(
        of place: String.Index, in code: String
    ) -> (line: Int, column: Int) {
        var position = TextPosition(in: code)
        return position.advance(toByte: code.utf8.distance(from: code.startIndex, to: place))
    }
}
