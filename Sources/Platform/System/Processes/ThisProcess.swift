import CLinux
import Core
import Glibc

/// Returns the path of the running program.
public func executablePath() -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return count > 0
        ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        : CommandLine.arguments[0]
}

/// Returns the path of a file in the running program's folder.
public func siblingPath(_ name: String) -> String {
    let program = executablePath()
    let folder = program.lastUTF8Index(of: "/").map { program[...$0] } ?? ""
    return folder + name
}

/// Returns the folder in which the program was started.
public func workingFolder() -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
}

/// Returns the name of this machine.
public func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Returns the absolute path of an existing file, without symbolic links; nil when the file does
/// not exist.
public func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// Returns the absolute path that a file has or would have: symbolic links are resolved in the
/// folders that exist, and `.` and `..` are removed from the rest.
public func finalPath(_ path: String) -> String {
    var parts = (path.hasUTF8Prefix("/") ? path : workingFolder() + "/" + path)
        .splitUTF8(separator: "/").map(String.init).filter { !$0.isEmpty && $0 != "." }
    var rest: [String] = []
    while true {
        if let real = realPath("/" + parts.joined(separator: "/")) {
            var result = real.splitUTF8(separator: "/").map(String.init).filter { !$0.isEmpty }
            for part in rest.reversed() {
                if part == ".." { _ = result.popLast() } else { result.append(part) }
            }
            return "/" + result.joined(separator: "/")
        }
        guard let last = parts.popLast() else { return path }
        rest.append(last)
    }
}

/// Returns the id of this process.
public func processIdentifier() -> Int { Int(getpid()) }

/// Raises this process's limit of open files to the system's maximum, because a watcher of hundreds
/// of nodes has several for each.
public func raiseFileLimit() { _ = robbieblocks_raise_limit(Int32(RLIMIT_NOFILE.rawValue)) }

/// Returns freed memory to the system, after work that needed much of it.
public func releaseFreeMemory() { malloc_trim(0) }

/// Returns the value of an environment variable, or nil when it is not set.
public func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

/// Limits the memory pools (malloc arenas) of all threads to `count`. Call before other threads
/// start.
///
/// The C library makes up to eight pools per core, and memory freed in one cannot be used by
/// another: a program with many short-lived values on changing threads would hold more than it
/// needs.
public func limitMemoryPools(to count: Int) { mallopt(M_ARENA_MAX, Int32(count)) }

/// Ends the process with status 0 after a time, whatever it is waiting for.
public func endSilently(afterSeconds seconds: Int) {
    signal(SIGALRM) { _ in _exit(0) }
    alarm(UInt32(seconds))
}
