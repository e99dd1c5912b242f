import Foundation
import System

/// Runs the program under test, or another, as a person would.
public enum Program {
    public struct Result: Sendable {
        public var status: Int32
        public var output: String
        public var errors: String
    }

    /// Runs `robbieblocks` with arguments, inside the project.
    public static func robbieblocks(
        _ arguments: String..., database: String? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        var environment = environment
        environment["ROBBIEBLOCKS_HOME"] = ProjectFolder.path
        environment["DATABASE_URL"] = database
        return try run(ProjectFolder.program, arguments, environment: environment)
    }

    /// Runs a program with exactly these variables and a PATH.
    public static func run(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Result {
        let (ending, output, errors) = try ChildProcess.run(
            executable: executable, arguments: arguments,
            environment: environment.merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]) {
                given, _ in given
            },
            workingFolder: NSTemporaryDirectory(), deadline: 120)
        let status: Int32 =
            switch ending {
            case .exited(let status): status
            case .killed(let signal): 128 + signal
            }
        return Result(
            status: status, output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }
}
