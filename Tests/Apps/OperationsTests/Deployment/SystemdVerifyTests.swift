import Foundation
import Operations
import TestSupport
import Testing

private let systemdAnalyze = "/usr/bin/systemd-analyze"

/// What systemd itself says of a unit; its tool needs no running systemd.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: systemdAnalyze),
        "systemd-analyze is not installed (Debian's package systemd)"))
struct SystemdVerifyTests {
    /// A place in which all that the unit names exists, apart from the temporary folders and homes,
    /// which would make the unit another one.
    private static func withUnit(
        below name: String, _ work: SystemdUnit.Work = .watch,
        _ body: (_ file: String, _ folder: String) throws -> Void
    ) throws {
        let manager = FileManager.default
        let base = "/dev/shm/robbieblocks-" + UUID().uuidString
        let folder = base + "/" + name
        defer { try? manager.removeItem(atPath: base) }
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try manager.createSymbolicLink(
            atPath: folder + "/robbieblocks", withDestinationPath: ProjectFolder.program)
        let unit = try SystemdUnit(
            work, nodes: .named(["home", "shop"]), program: folder + "/robbieblocks",
            project: folder,
            output: folder, environmentFile: folder + "/env", metricsPort: 9464)
        let file = base + "/" + unit.name
        try Data(unit.text.utf8).write(to: URL(fileURLWithPath: file))
        try body(file, folder)
    }

    @Test(arguments: ["plain", "a b", "100%", "%n $HOME ;", "ü@~,:=", "#a", "a  b", "-a"])
    func systemdFindsNoFault(name: String) throws {
        for work in [SystemdUnit.Work.watch, .chat(port: 8000)] {
            try Self.withUnit(below: name, work) { file, _ in
                let result = try Program.run(systemdAnalyze, ["verify", "--man=no", file])
                let complaints = result.errors.split(separator: "\n").filter { $0.contains(file) }
                #expect(complaints == [], "\(result.errors)")
                #expect(result.status == 0, "\(result.errors)")
            }
        }
    }

    /// The other way round: the check above sees faults.
    @Test func systemdFindsAFaultWhenThereIsOne() throws {
        try Self.withUnit(below: "plain") { file, folder in
            let text = try String(contentsOfFile: file, encoding: .utf8)
            for (from, to) in [
                ("Type=notify", "Typ=notify"), ("OOMPolicy=continue", "OOMPolicy=maybe"),
                (folder + "/robbieblocks watch", folder + "/gone watch"),
            ] {
                let broken = text.replacingOccurrences(of: from, with: to)
                try Data(broken.utf8).write(to: URL(fileURLWithPath: file))
                let result = try Program.run(systemdAnalyze, ["verify", "--man=no", file])
                #expect(result.errors.contains("robbieblocks.service"), "\(to)")
            }
        }
    }

    /// systemd's own scale goes from 0 to 10, and calls up to 2 "OK".
    @Test func theServiceIsShutIn() throws {
        for work in [SystemdUnit.Work.watch, .chat(port: 8000)] {
            try Self.withUnit(below: "plain", work) { file, _ in
                let result = try Program.run(
                    systemdAnalyze,
                    ["security", "--offline=true", "--threshold=20", "--no-pager", file])
                #expect(result.status == 0, "\(result.output)\(result.errors)")
            }
        }
    }
}
