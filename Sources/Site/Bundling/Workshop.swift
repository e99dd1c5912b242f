import Core
import FoundationEssentials
import System

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

    /// Runs the tool once and removes the folder.
    func run(
        executable: String, arguments: [String], files: [String: String], limits: ToolLimits
    ) throws -> ToolOutcome<Esbuild.Result> {
        // Files left behind are in a temporary folder; only the build's own result matters.
        defer { try? folder.removeAll() }
        try folder.createLink(PackageFile.link, target: PackageFile.root)
        var folders: Set<String> = []
        for (path, text) in files {
            try createFolders(above: path, known: &folders)
            try folder.write(Array(text.utf8), to: path)
        }
        let result: (ending: ChildProcess.Ending, output: [UInt8], error: [UInt8])
        do throws(SystemError) {
            result = try ChildProcess.run(
                executable: executable, arguments: arguments,
                environment: ["PATH": "/usr/bin:/bin", "GOTRACEBACK": "none"],
                workingFolder: folder.path, deadline: limits.seconds, bounds: limits.bounds)
        } catch {
            guard error.isTimeout else { throw error }
            return .died(ToolDeath(reason: .deadline, limits: limits))
        }
        let messages = Esbuild.parse(String(decoding: result.error, as: UTF8.self))
        let succeeded = result.ending == .exited(0)
        if !succeeded && !messages.contains(where: \.isError) {
            return .died(
                ToolDeath(ending: result.ending, error: result.error, limits: limits))
        }
        if messages.contains(where: \.isAboutOutputSize) {
            return .died(ToolDeath(reason: .outputSize, limits: limits))
        }
        var outputs: [String: [UInt8]] = [:]
        if succeeded {
            var room = limits.output
            guard try collect(below: "", into: &outputs, room: &room) else {
                return .died(ToolDeath(reason: .outputSize, limits: limits))
            }
        }
        let metafile =
            folder.exists(Esbuild.metafile)
            ? try JSONDecoder().decode(
                Metafile.self, from: Data(try folder.read(Esbuild.metafile))) : nil
        return .report(
            Esbuild.Result(
                messages: messages, succeeded: succeeded, outputs: outputs, metafile: metafile,
                folder: folder.path))
    }

    private func createFolders(above path: String, known: inout Set<String>) throws {
        var parent = ""
        for part in path.splitUTF8(separator: "/").dropLast() {
            parent += parent.isEmpty ? part : "/" + part
            if known.insert(parent).inserted { try folder.createFolder(parent) }
        }
    }

    /// - Parameter room: how many bytes may still be read.
    /// - Returns: false when there are more.
    private func collect(
        below path: String, into outputs: inout [String: [UInt8]], room: inout Int
    ) throws -> Bool {
        let prefix = path.isEmpty ? "" : path + "/"
        for name in try folder.names(in: Esbuild.outputFolder + "/" + path) {
            let output = prefix + name
            if folder.status(of: Esbuild.outputFolder + "/" + output)?.isFolder == true {
                guard try collect(below: output, into: &outputs, room: &room) else { return false }
            } else {
                let bytes = try folder.read(Esbuild.outputFolder + "/" + output)
                room -= bytes.count
                guard room >= 0 else { return false }
                outputs[output] = bytes
            }
        }
        return true
    }
}
