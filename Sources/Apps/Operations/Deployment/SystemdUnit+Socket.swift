import Core

extension SystemdUnit {
    /// The name of the unit that holds the port of the chat; nil for a watch, which has none.
    public var socketName: String? {
        guard case .chat = work else { return nil }
        return (name.droppingUTF8Suffix(".service").map(String.init) ?? name) + ".socket"
    }

    /// The unit that holds the port of the chat while the service starts and restarts; nil for a
    /// watch.
    public var socketText: String? {
        guard case .chat(let port) = work, let socketName else { return nil }
        return """
            # RobbieBlocks holds the port of \(title), so that a restart of \(name)
            # refuses no connection: a client that connects meanwhile waits. To install it,
            # as root, beside the service:
            #
            #   \(printing(["--socket"])) > /etc/systemd/system/\(socketName)
            #   systemctl daemon-reload && systemctl stop \(name)
            #   systemctl enable --now \(socketName) && systemctl start \(name)

            [Unit]
            Description=RobbieBlocks chat: the port of \(title)

            [Socket]
            ListenStream=127.0.0.1:\(port)
            # Connections that may wait for a restart.
            Backlog=1024
            NoDelay=yes

            [Install]
            WantedBy=sockets.target

            """
    }
}
