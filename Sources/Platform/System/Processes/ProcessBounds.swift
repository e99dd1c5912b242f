import CLinux
import Glibc

/// The resource limits of a child process, enforced by the kernel.
public struct ProcessBounds: Sendable, Hashable {
    /// The bytes of private writable memory: the process's heap and stacks.
    ///
    /// Address space is not counted, because runtimes reserve much more than they use. Memory
    /// requested beyond the limit is refused, and the runtime then ends the process.
    public var memory: Int
    /// The processor seconds of all threads together, after which the process is killed.
    public var processorSeconds: Int
    /// The most bytes of any one file that the process writes.
    public var fileSize: Int

    public init(memory: Int, processorSeconds: Int, fileSize: Int) {
        self.memory = memory
        self.processorSeconds = processorSeconds
        self.fileSize = fileSize
    }

    /// Limits a child that was just started. Its first instructions run without limits.
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
