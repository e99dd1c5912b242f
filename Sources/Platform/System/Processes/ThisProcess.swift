import CLinux
import Core
import Glibc

/// The path of the program that runs now.
public func executablePath() -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return count > 0
        ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        : CommandLine.arguments[0]
}

/// The path of a file in the folder of the program that runs now.
public func siblingPath(_ name: String) -> String {
    let program = executablePath()
    let folder = program.lastUTF8Index(of: "/").map { program[...$0] } ?? ""
    return folder + name
}

/// The folder in which the program was started.
public func workingFolder() -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
}

/// The name of this machine.
public func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The path from the root to a file that exists, without symbolic links; nil when there is none.
public func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// The path from the root that a file has or would have: without symbolic links as far as its folders
/// exist, and without `.` and `..` beyond.
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

/// The identifier of this process.
public func processIdentifier() -> Int { Int(getpid()) }

/// Lets this process have as many files open as the system allows it: a watcher of hundreds of nodes
/// has several for each.
public func raiseFileLimit() { _ = robbieblocks_raise_limit(Int32(RLIMIT_NOFILE.rawValue)) }

/// Gives memory that was freed back to the system, after work that took much of it.
public func releaseFreeMemory() { malloc_trim(0) }

/// The value of an environment variable, or nil when it is not set.
public func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

/// Lets all threads take memory from `count` pools; to be called before there are others.
///
/// The C library makes up to eight pools a core, and what was freed in one is not there for another:
/// a program with many short-lived values on changing threads holds more than it needs.
public func limitMemoryPools(to count: Int) { mallopt(M_ARENA_MAX, Int32(count)) }

/// Ends the process with status 0 after a time, whatever it is waiting for then.
public func endSilently(afterSeconds seconds: Int) {
    signal(SIGALRM) { _ in _exit(0) }
    alarm(UInt32(seconds))
}
