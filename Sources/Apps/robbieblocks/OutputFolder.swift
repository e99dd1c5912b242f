import CommandLine
import Core
import System

extension Invocation {
    /// Returns the folder that holds a folder for each node.
    ///
    /// `--output` is relative to the working folder, like every path on a command line. Without it,
    /// the project's folder is used, wherever in the project the command is run.
    func outputFolder() throws -> String {
        guard !isGiven(Build.output) else {
            guard !self[Build.output].isBlank else { throw usageError("--output is empty") }
            guard self[Build.output] == defaultOutputFolder else { return self[Build.output] }
            // Hints omit the folder that a command uses without --output.
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

    /// Returns the folder as an absolute path, for configuration that other programs read.
    func absoluteOutputFolder() throws -> String {
        let path = try outputFolder()
        return path.hasUTF8Prefix("/") ? path : workingFolder() + "/" + path
    }
}
