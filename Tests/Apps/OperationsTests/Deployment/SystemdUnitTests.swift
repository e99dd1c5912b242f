import Core
import Foundation
import Operations
import TestSupport
import Testing

@Suite struct SystemdUnitTests {
    private func unit(
        _ work: SystemdUnit.Work = .watch, nodes: SystemdUnit.Nodes = .named(["testpilot"]),
        program: String = "/opt/rb/robbieblocks",
        project: String = "/opt/rb", output: String = "/srv/site-output", state: String? = nil,
        user: String = "robbieblocks", environmentFile: String = "/etc/robbieblocks.env",
        metricsPort: Int? = nil
    ) throws -> SystemdUnit {
        try SystemdUnit(
            work, nodes: nodes, program: program, project: project, output: output, state: state,
            user: user, environmentFile: environmentFile, metricsPort: metricsPort)
    }

    /// The values of a setting, in order.
    private func values(_ name: String, in unit: SystemdUnit) -> [String] {
        unit.text.split(separator: "\n").filter { $0.hasPrefix(name + "=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    @Test func theUnitIsComplete() throws {
        let unit = try unit()
        #expect(unit.name == "robbieblocks-testpilot.service")
        for (name, value) in [
            ("Type", "notify"), ("WatchdogSec", "60"), ("Restart", "on-failure"),
            ("RestartSec", "2"), ("StartLimitBurst", "10"), ("User", "robbieblocks"),
            ("ExecStart", ":/opt/rb/robbieblocks watch --node testpilot --output /srv/site-output"),
            ("WorkingDirectory", "/opt/rb"), ("EnvironmentFile", "-/etc/robbieblocks.env"),
            ("UMask", "0022"), ("Environment", "LIBDISPATCH_LOG=NO"),
            ("After", "network-online.target postgresql.service"),
            ("Wants", "network-online.target postgresql.service"), ("ProtectSystem", "strict"),
            ("ReadWritePaths", "/srv/site-output -/opt/rb/.robbieblocks"),
            ("NoNewPrivileges", "yes"), ("PrivateTmp", "yes"), ("ProtectHome", "yes"),
            ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"), ("KillMode", "mixed"),
            ("WantedBy", "multi-user.target"),
        ] {
            #expect(values(name, in: unit) == [value], "\(name)")
        }
        for name in ["LimitNOFILE", "MemoryMax", "TasksMax", "TimeoutStopSec"] {
            #expect(values(name, in: unit).count == 1, "\(name)")
        }
        // The engine writes the code that it runs.
        #expect(values("MemoryDenyWriteExecute", in: unit) == [])
        #expect(!unit.text.contains("postgresql://robbie"))
    }

    @Test func severalNodesAndMetrics() throws {
        let several = try unit(nodes: .named(["a", "b-c"]), metricsPort: 9464)
        #expect(several.name == "robbieblocks.service")
        #expect(
            values("ExecStart", in: several) == [
                ":/opt/rb/robbieblocks watch --node a --node b-c --output /srv/site-output "
                    + "--metrics 9464"
            ])
        let all = try unit(nodes: .all)
        #expect(
            values("ExecStart", in: all) == [
                ":/opt/rb/robbieblocks watch --all --output /srv/site-output"
            ])
    }

    /// It runs no code of rows, so it may have less.
    @Test func chatIsAServiceThatReadsSites() throws {
        let unit = try unit(
            .chat(port: 8000), nodes: .named(["a", "b"]), output: "/srv/sites", metricsPort: 9465)
        #expect(unit.name == "robbieblocks-chat.service")
        #expect(try self.unit(.chat(port: 8000)).name == "robbieblocks-chat-testpilot.service")
        for (name, value) in [
            (
                "ExecStart",
                ":/opt/rb/robbieblocks chat --node a --node b --port 8000 --output /srv/sites "
                    + "--metrics 9465"
            ), ("Type", "notify"), ("MemoryDenyWriteExecute", "yes"), ("TimeoutStopSec", "60"),
            ("ReadWritePaths", "-/opt/rb/.robbieblocks"), ("WatchdogSec", "60"),
        ] {
            #expect(values(name, in: unit) == [value], "\(name)")
        }
        #expect(values("ExecReload", in: unit) == [])
        #expect(
            values("Wants", in: unit) == [
                "network-online.target postgresql.service robbieblocks-chat.socket"
            ])
        let socket = try #require(unit.socketText)
        #expect(socket.contains("\nListenStream=127.0.0.1:8000\n"))
        #expect(socket.contains("\nWantedBy=sockets.target\n"))
        #expect(try self.unit().socketText == nil)
        expectUsage { try self.unit(.chat(port: 8000), nodes: .all) }
        expectUsage { try self.unit(.chat(port: 0)) }
    }

    @Test func pathsAreQuotedAsEachSettingReadsThem() throws {
        let unit = try unit(
            program: "/opt/my $rb; 100%/robbieblocks", project: "/opt/my $rb; 100%",
            output: "/srv/50% of sites/ü/", environmentFile: "/etc/rb 1%\u{301}.env")
        #expect(
            values("ExecStart", in: unit) == [
                "\":/opt/my $rb; 100%%/robbieblocks\" watch --node testpilot --output "
                    + "\"/srv/50%% of sites/ü\""
            ])
        #expect(values("WorkingDirectory", in: unit) == ["/opt/my $rb; 100%%"])
        #expect(values("EnvironmentFile", in: unit) == ["-/etc/rb 1%%\u{301}.env"])
        #expect(
            values("ReadWritePaths", in: unit) == [
                "\"/srv/50%% of sites/ü\" \"-/opt/my $rb; 100%%/.robbieblocks\""
            ])
    }

    @Test func aHomeFolderCanBeReadWhenSomethingLiesThere() throws {
        for path in ["/run/user/1000/sites", "/root", "/home"] {
            #expect(values("ProtectHome", in: try unit(output: path)) == ["read-only"], "\(path)")
        }
        #expect(values("ProtectHome", in: try unit(output: "/homestead")) == ["yes"])
    }

    @Test func aTemporaryFolderIsNotHidden() throws {
        let unit = try unit(project: "/var/tmp/rb")
        #expect(values("PrivateTmp", in: unit) == ["no"])
        #expect(values("ProtectHome", in: unit) == ["yes"])
    }

    @Test(arguments: [
        "", "srv/site", "./site", "/srv/../etc", "/srv/./site", "/srv/a\"b", "/srv/a'b",
        "/srv/a\\b", "/srv/a\nb", "/srv/a\u{0}b", "/srv/a\u{2028}b", "/srv/a ",
        "/" + String(repeating: "a", count: 1024),
    ])
    func aPathThatWouldMeanSomethingElseIsRefused(path: String) {
        expectUsage { try unit(output: path) }
        expectUsage { try unit(program: path) }
        expectUsage { try unit(project: path) }
        expectUsage { try unit(state: path) }
    }

    @Test(arguments: ["", "etc/env", "/etc/*.env", "/etc/a?", "/etc/[a]", "/etc/a\nb", "/etc/a "])
    func anEnvironmentFileThatWouldMeanSomethingElseIsRefused(path: String) {
        expectUsage { try unit(environmentFile: path) }
    }

    @Test(arguments: [
        "", "root", "a b", "-a", "1a", "a\nb", "a%u", "ä", String(repeating: "a", count: 32),
    ])
    func aUserThatIsNoneIsRefused(user: String) { expectUsage { try unit(user: user) } }

    @Test func nodesAndPortsAreChecked() {
        for nodes in [[], [""], ["a b"], ["--all"], ["a\nb"], ["a", "%n"]] {
            expectUsage { try unit(nodes: .named(nodes)) }
        }
        expectUsage { try unit(metricsPort: 0) }
        expectUsage { try unit(metricsPort: 65_536) }
    }

    private func expectUsage(_ body: () throws -> SystemdUnit) {
        let diagnostic = #expect(throws: Diagnostic.self) { try body() }
        #expect(diagnostic?.code == .usage)
        #expect(diagnostic?.hint != nil)
        #expect(diagnostic?.message.contains("\n") == false)
    }

    /// The real program, as an administrator calls it.
    @Test func theCommandPrintsTheUnit() throws {
        let result = try Program.robbieblocks(
            "systemd", "--node", "testpilot", "--output", "/srv/sites", "--metrics", "9464")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("\nExecStart=:"))
        #expect(
            result.output.contains(
                "/robbieblocks watch --node testpilot --output /srv/sites --metrics 9464\n"))
        let chat = try Program.robbieblocks(
            "systemd", "--chat", "--node", "testpilot", "--output", "/srv/sites", "--port", "8001")
        #expect(
            chat.output.contains(
                "/robbieblocks chat --node testpilot --port 8001 --output /srv/sites\n"))
        let socket = try Program.robbieblocks(
            "systemd", "--chat", "--socket", "--node", "testpilot", "--port", "8001")
        // The text says how to print it again.
        for text in [result.output, chat.output, socket.output] {
            let call = try #require(text.firstMatch(of: /#   (ROBBIEBLOCKS_HOME=.*) > \//)).output.1
            #expect(try Program.run("/bin/sh", ["-c", String(call)]).output == text)
        }
        #expect(try Program.robbieblocks("systemd", "--chat", "--all").status == 2)
        #expect(try Program.robbieblocks("systemd").status == 2)
        #expect(try Program.robbieblocks("systemd", "--all", "--node", "a").status == 2)
    }
}
