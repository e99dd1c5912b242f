import CommandLine
import Core
import System

extension Invocation {
    /// The folder that holds a folder for each node.
    ///
    /// `--output` is relative to the working folder, as every path on a command line is. Without it, the
    /// folder is the project's, wherever in the project the command is run.
    func outputFolder() throws -> String {
        guard !isGiven(Build.output) else {
            guard !self[Build.output].isBlank else { throw usageError("--output is empty") }
            guard self[Build.output] == defaultOutputFolder else { return self[Build.output] }
            // Hints leave out the folder that a command takes without --output.
            let isDefault = (try? Project.find()).map(Self.isHere) ?? false
            return isDefault ? defaultOutputFolder : "./\(defaultOutputFolder)"
        }
        let project = try Project.find()
        let root = project.root.path
        return Self.isHere(project) ? self[Build.output] : "\(root)/\(self[Build.output])"
    }

    private static func isHere(_ project: Project) -> Bool {
        realPath(project.root.path) == realPath(workingFolder())
    }

    /// The same as a path from the root, for configuration that other programs read.
    func absoluteOutputFolder() throws -> String {
        let path = try outputFolder()
        return path.hasUTF8Prefix("/") ? path : workingFolder() + "/" + path
    }
}
