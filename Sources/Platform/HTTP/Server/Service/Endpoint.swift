import Core
import Glibc
import System

/// The validated address to listen on.
struct Endpoint: Hashable, Sendable {
    /// The IP address.
    let address: String
    let port: UInt16
    /// The number of ports after it that may be used instead.
    let spares: Int
    let isIPv6: Bool
    private let handedSocket: Int32?

    init(_ configuration: HTTPServerConfiguration) throws(Diagnostic) {
        guard let port = UInt16(exactly: configuration.port) else {
            throw Diagnostic(
                .usage, "\(configuration.port) is not a port",
                hint: "choose one from 1 to 65535, or 0 for any free one")
        }
        self.port = port
        handedSocket = configuration.handedSocket
        spares = min(configuration.sparePorts, Int(UInt16.max - port))
        address = configuration.host == "localhost" ? "127.0.0.1" : configuration.host
        var binary = in6_addr()
        if inet_pton(AF_INET, address, &binary) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, address, &binary) == 1 {
            isIPv6 = true
        } else {
            throw Diagnostic(
                .usage, "'\(configuration.host)' is not an address to listen on",
                hint: "give an IP address in figures, such as 127.0.0.1, or 'localhost'")
        }
    }

    /// Opens a non-blocking socket that listens at the address.
    ///
    /// - Returns: its descriptor and the port that was bound, or a diagnostic for the caller.
    func listen() -> Result<(descriptor: Int32, port: Int), Diagnostic> {
        if let handedSocket { return take(handedSocket) }
        let first = listen(on: port)
        guard case .failure(let fault) = first, fault.code == .addressInUse, port > 0 else {
            return first
        }
        for spare in 0..<UInt16(spares) {
            let next = listen(on: port + spare + 1)
            if case .success = next { return next }
        }
        return first
    }

    private func listen(
        on port: UInt16
    ) -> Result<(descriptor: Int32, port: Int), Diagnostic> {
        let descriptor = socket(
            isIPv6 ? AF_INET6 : AF_INET, SocketKind.nonblockingStream, 0)
        guard descriptor >= 0 else { return .failure(diagnostic(for: errno, port: port)) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var status: Int32
        var bound = 0
        if isIPv6 {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            inet_pton(AF_INET6, address, &name.sin6_addr)
            status = Self.bind(descriptor, &name)
            if status == 0 { Self.name(of: descriptor, &name) }
            bound = Int(UInt16(bigEndian: name.sin6_port))
        } else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            inet_pton(AF_INET, address, &name.sin_addr)
            status = Self.bind(descriptor, &name)
            if status == 0 { Self.name(of: descriptor, &name) }
            bound = Int(UInt16(bigEndian: name.sin_port))
        }
        if status == 0 { status = Glibc.listen(descriptor, 1024) }
        guard status == 0 else {
            let failure = errno
            close(descriptor)
            return .failure(diagnostic(for: failure, port: port))
        }
        return .success((descriptor, bound))
    }

    /// Uses a socket that already listens.
    private func take(_ descriptor: Int32) -> Result<(descriptor: Int32, port: Int), Diagnostic> {
        var listens: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let status = getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length)
        // The port is at the same offset in both address families.
        var name = sockaddr_in6()
        Self.name(of: descriptor, &name)
        let families = [sa_family_t(AF_INET), sa_family_t(AF_INET6)]
        guard status == 0, listens != 0, families.contains(name.sin6_family) else {
            return .failure(
                Diagnostic(
                    .usage,
                    "the socket that the service manager handed over is no port that listens",
                    hint: "its .socket unit has ListenStream= with an address and a port, and no "
                        + "Accept=yes"))
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return .success((descriptor, Int(UInt16(bigEndian: name.sin6_port))))
    }

    private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
        withUnsafeBytes(of: &name) { bytes in
            guard let base = bytes.baseAddress else { return -1 }
            return Glibc.bind(
                descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    private static func name<Name>(of descriptor: Int32, _ name: inout Name) {
        withUnsafeMutableBytes(of: &name) { bytes in
            var length = socklen_t(bytes.count)
            guard let base = bytes.baseAddress else { return }
            getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
        }
    }

    /// Returns the diagnostic for a failure to listen here.
    private func diagnostic(for failure: Int32, port: UInt16) -> Diagnostic {
        let place = isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        switch failure {
        case EADDRINUSE:
            let owner = PortOwner.find(port: Int(port))
            let name = owner.map { "\($0.name) (process \($0.process))" }
            return Diagnostic(
                .addressInUse,
                "port \(port) on \(address) is in use by \(name ?? "another process")",
                hint: "stop that process"
                    + (owner == nil ? " (`ss -ltnp 'sport = :\(port)'` names it)" : "")
                    + ", or choose another port with --port; --port 0 takes a free one")
        case EACCES:
            return Diagnostic(
                .usage, "this user may not listen on port \(port)",
                hint: "choose a port of 1024 or above")
        case EADDRNOTAVAIL:
            return Diagnostic(
                .usage, "\(address) is not an address of this machine",
                hint: "127.0.0.1 serves this machine alone, 0.0.0.0 every network it is on")
        default:
            return Diagnostic(
                .fileSystem, "could not listen on \(place): \(String(cString: strerror(failure)))")
        }
    }
}
