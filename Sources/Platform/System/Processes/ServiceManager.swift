import CLinux
import Core
import Glibc

/// Reports this program's state to the service manager that started it, by systemd's protocol.
///
/// Each message is one datagram of `NAME=value` lines to the socket named by `NOTIFY_SOCKET`.
/// Without this variable no manager started the program, and nothing is sent.
///
/// ```swift
/// let manager = ServiceManager.takeFromEnvironment()
/// try manager.ready(status: "release 41 is live")
/// await manager.keepWatchdogFed { await watcher.isResponding }
/// ```
///
/// Every method throws a `SystemError` when the message could not be sent within a second. A
/// manager that never receives `ready` ends the program, so this error matters; other errors may be
/// ignored, because the next message replaces the lost one.
public final class ServiceManager: Sendable {
    /// The value of `NOTIFY_SOCKET`: an absolute path, or `@` and an abstract name.
    private let address: String?
    /// How often the manager expects a ping; it ends the program after twice this time without one.
    /// nil when it does not watch.
    public let watchdogInterval: Duration?

    private static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    /// Reads the manager's variables and removes them, so that no child process can send messages
    /// for this program.
    ///
    /// Call once, before other threads read the environment.
    public static func takeFromEnvironment() -> ServiceManager {
        var found: [String: String] = [:]
        for name in variables {
            found[name] = environmentVariable(name)
            unsetenv(name)
        }
        return ServiceManager(environment: found, process: getpid())
    }

    /// - Parameters:
    ///   - environment: the variables that the manager set; its other variables are ignored.
    ///   - process: this program's process id: a watchdog may be meant for another process.
    public init(environment: [String: String], process: Int32) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        address = name.isEmpty ? nil : name
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(process) } ?? true
        let period = environment["WATCHDOG_USEC"].flatMap { Int($0) } ?? 0
        watchdogInterval =
            isOurs && period > 0 && address != nil ? .microseconds(max(1, period / 2)) : nil
    }

    /// Whether there is a manager.
    public var isPresent: Bool { address != nil }

    /// Reports that the program has started or finished reloading, and is now serving.
    public func ready(status: String? = nil) throws(SystemError) {
        try send(["READY=1"] + (status.map { [Self.line($0)] } ?? []))
    }

    /// Reports that the program is reloading, until `ready` is sent again.
    public func reloading() throws(SystemError) {
        try send(["RELOADING=1", "MONOTONIC_USEC=\(monotonicMicroseconds())"])
    }

    /// Reports that the program is stopping.
    public func stopping(status: String? = nil) throws(SystemError) {
        try send(["STOPPING=1"] + (status.map { [Self.line($0)] } ?? []))
    }

    /// Reports one line of status, which `systemctl status` shows.
    public func status(_ text: String) throws(SystemError) { try send([Self.line(text)]) }

    /// Sends a watchdog ping, due every `watchdogInterval`.
    public func ping() throws(SystemError) {
        if watchdogInterval != nil { try send(["WATCHDOG=1"]) }
    }

    /// Asks for `time` more, from now on, because starting or stopping takes longer than the unit
    /// allows.
    public func extendTimeout(by time: Duration) throws(SystemError) {
        let (seconds, fraction) = time.components
        let microseconds = Int(seconds) * 1_000_000 + Int(fraction / 1_000_000_000_000)
        try send(["EXTEND_TIMEOUT_USEC=\(microseconds)"])
    }

    /// Sends watchdog pings until the task is cancelled; returns at once when the manager does not
    /// watch.
    ///
    /// - Parameter isAlive: called before each ping. When it returns false, or does not return, no
    ///   ping is sent and the manager finally restarts the program, as a watchdog should.
    public func keepWatchdogFed(while isAlive: @Sendable () async -> Bool = { true }) async {
        guard let watchdogInterval else { return }
        while !Task.isCancelled {
            // The next ping makes up for a lost one.
            if await isAlive() { try? ping() }
            try? await Task.sleep(for: watchdogInterval)
        }
    }

    /// Removes line breaks, because a line break would start another message.
    private static func line(_ text: String) -> String {
        let isControl = { (scalar: UnicodeScalar) in scalar.value < 0x20 || scalar.value == 0x7f }
        let scalars = text.unicodeScalars.prefix(500).map { isControl($0) ? " " : $0 }
        return "STATUS=" + String(String.UnicodeScalarView(scalars))
    }

    private func send(_ lines: [String]) throws(SystemError) {
        guard let address else { return }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        let isAbstract = path.first == UInt8(ascii: "@")
        // An abstract name starts with a zero byte and ends with its length; a path ends with a
        // zero byte.
        if isAbstract { path[0] = 0 } else { path.append(0) }
        let room = MemoryLayout.size(ofValue: name.sun_path)
        guard isAbstract || address.hasUTF8Prefix("/"), path.count <= room else {
            throw SystemError("reach the service manager at", path: address, number: EINVAL)
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
        let start = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2
        let length = socklen_t(start + path.count)

        let kind = SocketKind.datagram
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw SystemError("create a socket") }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let message = Array(lines.joined(separator: "\n").utf8)
        while true {
            let count = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length
                    )
                }
            }
            if count == message.count { return }
            if errno != EINTR {
                throw SystemError("reach the service manager at", path: address)
            }
        }
    }
}
