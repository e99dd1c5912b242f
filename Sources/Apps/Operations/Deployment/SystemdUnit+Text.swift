extension SystemdUnit {
    /// The unit, ready to be written to a file.
    public var text: String {
        (opening + unit + service + resources + shelter + installation)
            .joined(separator: "\n") + "\n"
    }

    var title: String {
        switch nodes {
        case .named(let names): names.joined(separator: ", ")
        case .all: "all nodes"
        }
    }

    /// The instructions for installing the text. A path has no quotation marks of its own, so a
    /// shell reads it unchanged between them.
    private var opening: [String] {
        [
            "# RobbieBlocks \(work == .watch ? "keeps \(title) live" : "answers visitors of \(title)")."
                + " To install it, as root:",
            "#",
            "#   useradd --system --user-group --no-create-home --shell /usr/sbin/nologin \(user)",
            "#   install -d -o \(user) -g \(user) '\(output)'",
            "#   install -m 600 /dev/null '\(environmentFile)'",
            "#   editor '\(environmentFile)'    # DATABASE_URL=postgresql://…"
                + (work == .watch ? "" : ", ROBBIEBLOCKS_KEY_…"),
            "#   \(printing([])) > /etc/systemd/system/\(name)",
            "#   systemctl daemon-reload && systemctl enable --now \(name)",
            "#",
        ]
            + (work == .watch
                ? [
                    "# systemctl status shows what is live, systemctl reload compares everything, and"
                ]
                : [
                    "# systemctl stop lets answers that are under way end; with the unit that",
                    "# robbieblocks systemd --chat --socket prints, a restart keeps the port open, and",
                ])
            + ["# journalctl -u \(name) has the log.", ""]
    }

    /// Returns the call that prints this unit, from any folder.
    func printing(_ flags: [String]) -> String {
        var words = ["ROBBIEBLOCKS_HOME='\(project)'", "'\(program)'", "systemd"]
        if case .chat(let port) = work { words += ["--chat"] + flags + ["--port", String(port)] }
        switch nodes {
        case .named(let names): words += names.flatMap { ["--node", $0] }
        case .all: words.append("--all")
        }
        words += ["--output", "'\(output)'", "--user", user]
        words += ["--environment-file", "'\(environmentFile)'"]
        if let metricsPort { words += ["--metrics", String(metricsPort)] }
        return words.joined(separator: " ")
    }

    private var unit: [String] {
        [
            "[Unit]",
            "Description=RobbieBlocks\(work == .watch ? "" : " chat"): \(title)",
            "After=network-online.target postgresql.service\(socketName.map { " " + $0 } ?? "")",
            "Wants=network-online.target postgresql.service\(socketName.map { " " + $0 } ?? "")",
            "StartLimitIntervalSec=300",
            "StartLimitBurst=10",
            "",
        ]
    }

    private var command: String {
        // With ':' a '$' in a path does not start a variable.
        var words = [SystemdValue.word(program, prefix: ":"), work == .watch ? "watch" : "chat"]
        switch nodes {
        case .named(let names): words += names.flatMap { ["--node", $0] }
        case .all: words.append("--all")
        }
        if case .chat(let port) = work { words += ["--port", String(port)] }
        words += ["--output", SystemdValue.word(output)]
        if let metricsPort { words += ["--metrics", String(metricsPort)] }
        return words.joined(separator: " ")
    }

    private var service: [String] {
        [
            "[Service]",
            "Type=notify",
            "ExecStart=\(command)",
        ] + (work == .watch ? ["ExecReload=/bin/kill -HUP $MAINPID"] : []) + [
            "User=\(user)",
            "WorkingDirectory=\(SystemdValue.text(project))",
            "# Read by systemd before it becomes \(user): owner root and mode 600 suffice.",
            "EnvironmentFile=-\(SystemdValue.text(environmentFile))",
            "# Do not report a refused scheduling priority.",
            "Environment=LIBDISPATCH_LOG=NO",
            "UMask=0022",
        ]
            + (work == .watch
                ? [
                    "# The first build of a large site comes before the service counts as started.",
                    "TimeoutStartSec=900",
                    "# SIGTERM goes to the program alone, which ends its workers itself.",
                    "KillMode=mixed",
                    "TimeoutStopSec=30",
                ]
                : [
                    "TimeoutStartSec=90", "KillMode=mixed",
                    "# Answers in progress are finished first.",
                    "TimeoutStopSec=60",
                ]) + [
                "WatchdogSec=60",
                "Restart=on-failure",
                "RestartSec=2",
                "# 2 is a usage error: trying again does not help.",
                "RestartPreventExitStatus=2",
                "",
            ]
    }

    private var resources: [String] {
        (work == .watch
            ? [
                "# A render worker over its memory costs its own page, not the service.",
                "OOMPolicy=continue", "MemoryMax=2G", "TasksMax=2048",
            ]
            : ["MemoryMax=1G", "TasksMax=512"]) + ["LimitNOFILE=16384", "LimitCORE=0", ""]
    }

    /// The writable folders. Chat only reads the sites, so it may write only to the folder of an
    /// embedded server.
    private var writable: String {
        let state = SystemdValue.word(state, prefix: "-")
        return work == .watch ? SystemdValue.word(output) + " " + state : state
    }

    /// The sandbox, which limits a compromised program or worker.
    private var shelter: [String] {
        let home = needs(["/home", "/root", "/run/user"])
        let temporary = needs(["/tmp", "/var/tmp"])
        return [
            "# The file system is read-only except for these; the state folder may be missing.",
            "ProtectSystem=strict",
            "ReadWritePaths=\(writable)",
            home
                ? "# 'yes' would hide a folder named above.\nProtectHome=read-only"
                : "ProtectHome=yes",
            temporary
                ? "# 'yes' would hide a folder named above.\nPrivateTmp=no" : "PrivateTmp=yes",
            "PrivateDevices=yes",
            "ProtectProc=invisible",
            "ProtectClock=yes",
            "ProtectControlGroups=yes",
            "ProtectHostname=yes",
            "ProtectKernelLogs=yes",
            "ProtectKernelModules=yes",
            "ProtectKernelTunables=yes",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "AmbientCapabilities=",
            "LockPersonality=yes",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
            "RestrictNamespaces=yes",
            "RestrictRealtime=yes",
            "RestrictSUIDSGID=yes",
            "SystemCallArchitectures=native",
            "SystemCallFilter=@system-service",
            "SystemCallFilter=~@privileged",
            "SystemCallErrorNumber=EPERM",
        ]
            + (work == .watch
                ? [
                    "# MemoryDenyWriteExecute stays off: the JavaScript engine compiles to machine code."
                ]
                : ["MemoryDenyWriteExecute=yes"]) + [""]
    }

    private var installation: [String] { ["[Install]", "WantedBy=multi-user.target"] }
}
