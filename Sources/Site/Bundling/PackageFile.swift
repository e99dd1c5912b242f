import Core
import System

/// A file of an installed package, such as React's, at the time of bundling.
///
/// The files used by a bundle are known only after bundling. The result therefore lists them, and
/// is valid as long as all of them are unchanged.
struct PackageFile: Hashable, Sendable {
    /// The path below `root`.
    var path: String
    /// Nil when the file did not exist.
    var status: FileStatus?

    /// The folder of Debian's JavaScript packages.
    static let root = "/usr/share/nodejs"
    /// The link to `root` in a working folder, so that paths are the same wherever the folder is.
    static let link = "node_modules"

    init(path: String) {
        self.path = path
        status = FileStatus(path: "\(Self.root)/\(path)")
    }

    var isUnchanged: Bool { FileStatus(path: "\(Self.root)/\(path)") == status }

    /// Returns the package files among the inputs of a bundle, and the files that define each
    /// package's entry point.
    ///
    /// - Parameter inputs: paths below the working folder.
    static func among(_ inputs: some Collection<String>) -> [PackageFile] {
        var paths: Set<String> = []
        for input in inputs where input.hasUTF8Prefix(link + "/") {
            let parts = input.splitUTF8(separator: "/").dropFirst()
            paths.insert(parts.joined(separator: "/"))
            let name = parts.prefix(parts.first?.hasUTF8Prefix("@") == true ? 2 : 1)
            paths.insert(name.joined(separator: "/") + "/package.json")
        }
        return paths.sorted().map(PackageFile.init)
    }
}

extension RecordWriter {
    mutating func write(_ files: [PackageFile]) {
        write(files.count)
        for file in files {
            write(file.path)
            write(file.status != nil)
            write(file.status?.size ?? 0)
            write(file.status?.modified ?? 0)
        }
    }
}

extension RecordReader {
    mutating func packageFiles() throws -> [PackageFile] {
        var files: [PackageFile] = []
        for _ in 0..<(try count()) { files.append(try packageFile()) }
        return files
    }

    private mutating func packageFile() throws -> PackageFile {
        let path = try text()
        let exists = try flag()
        let status = FileStatus(size: try int(), modified: try int())
        return PackageFile(path: path, status: exists ? status : nil)
    }
}

extension PackageFile {
    fileprivate init(path: String, status: FileStatus?) {
        self.path = path
        self.status = status
    }
}
