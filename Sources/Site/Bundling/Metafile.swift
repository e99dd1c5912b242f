/// Esbuild's report about its inputs and outputs.
struct Metafile: Decodable, Sendable {
    struct Import: Decodable, Sendable {
        var path: String
        /// For example `import-statement`.
        var kind: String?
    }

    struct Input: Decodable, Sendable {
        var imports: [Import]
        /// `cjs` or `esm`; nil when the code neither imports nor exports anything.
        var format: String?
    }

    struct Part: Decodable, Sendable {
        var bytesInOutput: Int
    }

    struct Output: Decodable, Sendable {
        /// The inputs of this output, by path below the working folder.
        var inputs: [String: Part]
        var imports: [Import]
        var exports: [String]?
        /// The input that was requested by name.
        var entryPoint: String?
    }

    /// By path below the working folder.
    var inputs: [String: Input]
    /// By path below the working folder.
    var outputs: [String: Output]
}
