import CommandLineParsing
import Diagnostics
import SystemSupport
import UTF8Text

extension Invocation {
    /// The folder that holds a folder for each node.
    ///
    /// `--output` is relative to the working folder, as every path on a command line is. Without it, the
    /// folder is the project's, wherever in the project the command is run.
    func outputFolder() throws -> String {
        guard !isGiven(Build.output) else {
            guard !self[Build.output].isBlank else { throw usageError("--output is empty") }
            return self[Build.output]
        }
        let root = try Project.find().root.path
        let isHere = realPath(root) == realPath(workingFolder())
        return isHere ? self[Build.output] : "\(root)/\(self[Build.output])"
    }

    /// The same as a path from the root, for configuration that other programs read.
    func absoluteOutputFolder() throws -> String {
        let path = try outputFolder()
        return path.hasUTF8Prefix("/") ? path : workingFolder() + "/" + path
    }
}
