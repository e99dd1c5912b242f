import CLinux
import Glibc

/// What a child process may take of the machine. The kernel holds it to that.
public struct ProcessBounds: Sendable, Hashable {
    /// Bytes of private memory that the process may write to: its heap and stacks.
    ///
    /// Address space is not counted, since runtimes reserve much more of it than they use. Memory that
    /// a runtime asks for beyond the bound is refused, and the runtime then ends the process.
    public var memory: Int
    /// Seconds of all threads together, after which the process is killed.
    public var processorSeconds: Int
    /// Bytes of any one file that the process writes.
    public var fileSize: Int

    public init(memory: Int, processorSeconds: Int, fileSize: Int) {
        self.memory = memory
        self.processorSeconds = processorSeconds
        self.fileSize = fileSize
    }

    /// Binds a child that was just started. Its first instructions run without bounds.
    func apply(to child: ChildProcess) throws(SystemError) {
        let bounds = [
            (RLIMIT_DATA, memory), (RLIMIT_CPU, processorSeconds), (RLIMIT_FSIZE, fileSize),
            (RLIMIT_CORE, 0),
        ]
        for (resource, most) in bounds {
            let result = robbieblocks_limit_process(
                child.identifier, Int32(resource.rawValue), UInt64(most))
            guard result == 0 || errno == ESRCH else { throw SystemError("bound a process") }
        }
    }
}
