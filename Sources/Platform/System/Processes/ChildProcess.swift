import CLinux
import Core
import Glibc

/// A child process with an empty or given environment, which inherits only the descriptors given to
/// it.
public struct ChildProcess: Sendable {
    public let identifier: Int32

    /// The child's descriptors 0, 1 and 2; nil is /dev/null.
    public struct Streams {
        public var input: Int32?
        public var output: Int32?
        public var error: Int32?

        public init(input: Int32? = nil, output: Int32? = nil, error: Int32? = nil) {
            self.input = input
            self.output = output
            self.error = error
        }
    }

    /// Starts `executable` with exactly this environment; every other descriptor is closed.
    ///
    /// - Parameter newGroup: true puts the child in a process group of its own, so that a Ctrl-C
    ///   meant for this program does not reach it.
    public init(
        executable: String, arguments: [String], environment: [String: String],
        workingFolder: String? = nil, streams: Streams = Streams(), newGroup: Bool = false
    ) throws(SystemError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [(0, streams.input), (1, streams.output), (2, streams.error)] {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
            } else {
                posix_spawn_file_actions_addopen(
                    &actions, Int32(target), "/dev/null", target == 0 ? O_RDONLY : O_WRONLY, 0)
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        if let workingFolder { posix_spawn_file_actions_addchdir_np(&actions, workingFolder) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The child would inherit ignored and blocked signals, though not handlers. A tool that
        // writes into a closed pipe must end, and every child must receive its signals.
        var usual = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&usual)
        sigaddset(&usual, SIGPIPE)
        sigemptyset(&blocked)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        if newGroup {
            flags |= POSIX_SPAWN_SETPGROUP
            posix_spawnattr_setpgroup(&attributes, 0)
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var argumentPointers = ([executable] + arguments).map { strdup($0) } + [nil]
        let settings = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var environmentPointers = settings.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }

        var child = pid_t()
        let result = posix_spawn(
            &child, executable, &actions, &attributes, &argumentPointers, &environmentPointers)
        guard result == 0 else { throw SystemError("start", path: executable, number: result) }
        identifier = child
    }

    /// How a process ended.
    public enum Ending: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// Waits until the process has ended and removes it from the process table.
    @discardableResult
    public func wait() -> Ending {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            if errno != EINTR { return .exited(-1) }
        }
        return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: status & 0x7f)
    }

    /// Waits until the process has ended, at most for the given time, and leaves it in the process
    /// table.
    public func awaitEnd(milliseconds: Int) {
        let deadline = monotonicMilliseconds() + milliseconds
        while monotonicMilliseconds() < deadline {
            var information = siginfo_t()
            let options = WEXITED | WNOHANG | WNOWAIT
            let result = waitid(P_PID, id_t(identifier), &information, options)
            // The structure stays empty while the process runs.
            if result != 0 && errno != EINTR || result == 0 && information.si_signo != 0 { return }
            usleep(1000)
        }
    }

    public func send(signal: Int32) { _ = kill(identifier, signal) }

    /// Returns the first executable file named `name` in the folders of PATH.
    public static func find(_ name: String, in path: String) -> String? {
        for folder in path.splitUTF8(separator: ":") {
            let candidate = "\(folder)/\(name)"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    /// Runs a tool until it ends and collects its output.
    ///
    /// - Parameter limit: the bytes kept of each stream; later output is read and dropped.
    /// - Parameter deadline: seconds after which the tool is killed.
    /// - Parameter bounds: the resource limits of the tool.
    public static func run(
        executable: String, arguments: [String], environment: [String: String],
        workingFolder: String? = nil, input: [UInt8] = [], limit: Int = 16 << 20,
        deadline: Int = 60, bounds: ProcessBounds? = nil
    ) throws(SystemError) -> (ending: Ending, output: [UInt8], error: [UInt8]) {
        let output = try Pipe()
        let error = try Pipe()
        let source = try Pipe()
        let child = try ChildProcess(
            executable: executable, arguments: arguments, environment: environment,
            workingFolder: workingFolder,
            streams: Streams(input: source.reader, output: output.writer, error: error.writer))
        output.closeWriter()
        error.closeWriter()
        source.closeReader()
        if let bounds {
            do throws(SystemError) {
                try bounds.apply(to: child)
            } catch {
                child.send(signal: SIGKILL)
                child.wait()
                throw error
            }
        }
        var collected = (output: [UInt8](), error: [UInt8]())
        var pending = input[...]
        if pending.isEmpty { source.closeWriter() }
        let end = monotonicMilliseconds() + deadline * 1000
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while output.isReading || error.isReading {
            var polls = [
                pollfd(fd: output.reader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: error.reader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: source.writer, events: Int16(POLLOUT), revents: 0),
            ]
            let remaining = end - monotonicMilliseconds()
            if remaining <= 0 {
                child.send(signal: SIGKILL)
                child.wait()
                throw SystemError("wait for", path: executable, number: ETIMEDOUT)
            }
            _ = poll(&polls, 3, Int32(remaining))
            for (index, pipe) in [output, error].enumerated() where polls[index].revents != 0 {
                let count = chunk.withUnsafeMutableBytes {
                    read(pipe.reader, $0.baseAddress, $0.count)
                }
                if count <= 0 {
                    pipe.closeReader()
                } else if index == 0 {
                    collected.output.append(
                        contentsOf: chunk[..<min(count, max(0, limit - collected.output.count))])
                } else {
                    collected.error.append(
                        contentsOf: chunk[..<min(count, max(0, limit - collected.error.count))])
                }
            }
            if polls[2].revents != 0 {
                let count = pending.withUnsafeBytes {
                    write(source.writer, $0.baseAddress, min($0.count, 4096))
                }
                pending = count < 0 ? [] : pending.dropFirst(count)
                if pending.isEmpty { source.closeWriter() }
            }
        }
        return (child.wait(), collected.output, collected.error)
    }
}

/// Two ends of a pipe; a closed end has the descriptor -1, which poll ignores.
private final class Pipe {
    private(set) var reader: Int32 = -1
    private(set) var writer: Int32 = -1
    var isReading: Bool { reader >= 0 }

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("create a pipe") }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        closeReader()
        closeWriter()
    }

    func closeReader() {
        if reader >= 0 { close(reader) }
        reader = -1
    }

    func closeWriter() {
        if writer >= 0 { close(writer) }
        writer = -1
    }
}

extension ChildProcess {
    /// Replaces this program with another; returns only on failure.
    public static func replace(
        with executable: String, arguments: [String], environment: [String: String]
    ) throws(SystemError) -> Never {
        var argumentPointers = ([executable] + arguments).map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        let handling = signal(SIGPIPE, SIG_DFL)
        execve(executable, &argumentPointers, &environmentPointers)
        let error = SystemError("start", path: executable)
        signal(SIGPIPE, handling)
        throw error
    }
}
