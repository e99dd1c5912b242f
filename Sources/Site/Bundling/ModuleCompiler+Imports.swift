import Core

extension ModuleCompiler {
    /// The most warnings about one module.
    private static let warningLimit = 10

    /// Returns the error of the first forbidden import that the tool keeps in its output.
    func forbiddenImport(of input: ModuleInput, in inspection: Esbuild.Result) -> Diagnostic? {
        let output = "\(Esbuild.outputFolder)/\(input.output)"
        for path in inspection.metafile?.outputs[output]?.imports.map(\.path) ?? [] {
            if let fault = fault(ofImport: path, of: input, in: inspection) { return fault }
        }
        return nil
    }

    /// Returns warnings about forbidden imports that the code does not use.
    ///
    /// The tool omits an import without used values from the output, but lists it in the input. An import
    /// that is used only for types is valid, because an editor knows the types.
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

    /// Returns why a path cannot be imported; nil when it can.
    private func fault(
        ofImport path: String, of input: ModuleInput, in inspection: Esbuild.Result
    ) -> Diagnostic? {
        if Self.providedPackages.contains(path) || Self.automaticImports.contains(path) {
            return nil
        }
        // The tool's own helpers for syntax that it converts, and its injected file, which it reports by
        // its absolute path.
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
            hint: "import only from 'react', 'react-dom', 'robbieblocks', "
                + "'robbieblocks/chat', 'robbieblocks/robbie'")
    }

    /// Returns the place of the quoted path: after `from` if possible, otherwise anywhere.
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
