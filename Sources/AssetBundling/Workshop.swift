import Diagnostics
import FoundationEssentials
import SystemSupport
import UTF8Text

/// A temporary folder for one run of esbuild, and a thread of its own that waits for it.
actor Workshop {
    private let executor = ThreadExecutor(name: "rb-esbuild")
    private let folder: Directory

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(below parent: String) throws {
        folder = try Directory(temporaryBelow: parent, prefix: "robbieblocks-")
    }

    /// Runs once: the folder is gone afterwards.
    func run(
        executable: String, arguments: [String], files: [String: String]
    ) throws -> Esbuild.Result {
        // What stays behind is in a temporary folder; the build's own result is what counts.
        defer { try? folder.removeAll() }
        try folder.createLink(PackageFile.link, target: PackageFile.root)
        var folders: Set<String> = []
        for (path, text) in files {
            try createFolders(above: path, known: &folders)
            try folder.write(Array(text.utf8), to: path)
        }
        let result = try ChildProcess.run(
            executable: executable, arguments: arguments,
            environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path)
        let messages = Esbuild.parse(String(decoding: result.error, as: UTF8.self))
        let succeeded = result.ending == .exited(0)
        if !succeeded && !messages.contains(where: \.isError) {
            let words = String(decoding: result.error.suffix(400), as: UTF8.self)
            throw Diagnostic(.toolFailed, "esbuild ended without a reason: \(words)")
        }
        var outputs: [String: [UInt8]] = [:]
        if succeeded { try collect(below: "", into: &outputs) }
        let metafile =
            folder.exists(Esbuild.metafile)
            ? try JSONDecoder().decode(
                Metafile.self, from: Data(try folder.read(Esbuild.metafile))) : nil
        return Esbuild.Result(
            messages: messages, succeeded: succeeded, outputs: outputs, metafile: metafile,
            folder: folder.path)
    }

    private func createFolders(above path: String, known: inout Set<String>) throws {
        var parent = ""
        for part in path.splitUTF8(separator: "/").dropLast() {
            parent += parent.isEmpty ? part : "/" + part
            if known.insert(parent).inserted { try folder.createFolder(parent) }
        }
    }

    private func collect(below path: String, into outputs: inout [String: [UInt8]]) throws {
        let prefix = path.isEmpty ? "" : path + "/"
        for name in try folder.names(in: Esbuild.outputFolder + "/" + path) {
            let output = prefix + name
            if folder.status(of: Esbuild.outputFolder + "/" + output)?.isFolder == true {
                try collect(below: output, into: &outputs)
            } else {
                outputs[output] = try folder.read(Esbuild.outputFolder + "/" + output)
            }
        }
    }
}
