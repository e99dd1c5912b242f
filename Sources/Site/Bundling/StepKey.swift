import System

/// Computes the digest of all inputs of a step, which is the key of its result.
struct StepKey: ~Copyable {
    private var hasher = SHA256Hasher()

    /// The program that interprets esbuild's output is an input, too: another version keeps results
    /// of its own.
    private static let program: String = {
        let path = executablePath()
        let status = FileStatus(path: path)
        return "\(path) \(status?.size ?? 0) \(status?.modified ?? 0)"
    }()

    /// - Parameter step: the step's name, such as `styles`.
    init(_ step: String) {
        hasher.update(field: step)
        hasher.update(field: Self.program)
    }

    /// - Parameter step: the name of esbuild's task, such as `module`.
    init(_ step: String, esbuild: Esbuild, arguments: [String]) {
        self.init(step)
        hasher.update(field: esbuild.identity)
        add(arguments)
    }

    mutating func add(_ text: String) { hasher.update(field: text) }

    mutating func add(_ texts: [String]) {
        hasher.update(field: "\(texts.count)")
        for text in texts { hasher.update(field: text) }
    }

    /// - Parameter files: path below the working folder → text.
    mutating func add(files: [String: String]) {
        hasher.update(field: "\(files.count)")
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            hasher.update(field: path)
            hasher.update(field: text)
        }
    }

    consuming func digest() -> SHA256Digest { hasher.finalize() }
}
