import CommandLine
import Content
import Core
import Publishing
import System

extension Invocation {
    /// Returns the folder that holds a folder for each node.
    ///
    /// `--output` is relative to the working folder, like every path on a command line. Without it,
    /// the project's folder is used, wherever in the project the command is run.
    func outputFolder() throws -> String {
        let folder = self[CommonOptions.output]
        guard !isGiven(CommonOptions.output) else {
            guard !folder.isBlank else { throw usageError("--output is empty") }
            guard folder == defaultOutputFolder else { return folder }
            // Hints omit the folder that a command uses without --output.
            let isDefault = (try? Project.find()).map(Self.isHere) ?? false
            return isDefault ? folder : "./\(folder)"
        }
        let project = try Project.find()
        return Self.isHere(project) ? folder : "\(project.root.path)/\(folder)"
    }

    private static func isHere(_ project: Project) -> Bool {
        realPath(project.root.path) == realPath(workingFolder())
    }

    /// Returns the folder as an absolute path, for configuration that other programs read.
    func absoluteOutputFolder() throws -> String {
        let path = try outputFolder()
        return path.hasUTF8Prefix("/") ? path : workingFolder() + "/" + path
    }

    /// Requires a separate folder for drafts: in the folder of a plain build they would be live.
    func checkDrafts(into folder: String, of project: Project) throws {
        let hint = "give --output with a folder that no web server sends, such as /tmp/drafts"
        guard isGiven(CommonOptions.output),
            finalPath(folder) != finalPath("\(project.root.path)/\(defaultOutputFolder)")
        else {
            throw usageError(
                isGiven(CommonOptions.output)
                    ? "drafts need another --output than '\(self[CommonOptions.output])', where "
                        + "the published sites are"
                    : "drafts need an --output of their own", hint: hint)
        }
        guard !self[Build.takeOver] else {
            throw usageError("--drafts and --take-over exclude each other")
        }
    }

    /// Returns the folder of a node whose site was built.
    func publishedSite(of node: String) async throws -> SiteFolder {
        let output = try outputFolder()
        guard let folder = try? Directory("\(output)/\(node)"),
            folder.target(ofLink: "current") != nil
        else { throw await Diagnostic.notBuilt(node, in: output) }
        return try SiteFolder(output: output, node: node)
    }
}

extension Diagnostic {
    /// Returns the error for a node without a site in the folder. If the running database does not
    /// have the node either, the error says so, because building would not help.
    static func notBuilt(_ node: String, in output: String) async -> Diagnostic {
        if let database = (try? Project.find())?.runningDatabase,
            let ids = try? await ContentStore.nodeIDs(of: database), !ids.contains(node),
            let near = nearMiss(for: node, among: ids)
        {
            return Diagnostic(
                .unknownNode, "there is no node '\(node)'\(Project.namedPlace)",
                hint: "did you mean '\(near)'?")
        }
        return Diagnostic(
            .nothingToPublish, "'\(output)/\(node)' holds no built site",
            hint: "run: " + commandLine("build", node: node, output: output))
    }
}
