import Glibc

extension Directory {
    /// Reads a file that only this user may read, and creates it first when missing.
    ///
    /// When two processes create it at the same time, both get the content of the first.
    ///
    /// - Parameters:
    ///   - bytes: the content of a new file.
    ///   - limit: bytes; a larger file is an error.
    /// - Throws: `EPERM` when other users may read or write the file, because its content is not
    ///   secret.
    public func secret(
        _ name: String, creating bytes: [UInt8], limit: Int = 4096
    ) throws(SystemError) -> [UInt8] {
        let target = path + "/" + name
        if !exists(name) {
            var temporary = Array("\(target).XXXXXX".utf8CString)
            // Created with mode 0600, whatever the umask.
            let file = mkstemp(&temporary)
            guard file >= 0 else { throw SystemError("create the file", path: target) }
            defer { unlink(temporary) }
            let written = Glibc.write(file, bytes, bytes.count)
            let isDurable = fsync(file) == 0
            close(file)
            guard written == bytes.count, isDurable else {
                throw SystemError("write the file", path: target)
            }
            guard Glibc.link(temporary, target) == 0 || errno == EEXIST else {
                throw SystemError("create the file", path: target)
            }
        }
        var status = stat()
        guard stat(target, &status) == 0 else { throw SystemError("read", path: target) }
        guard status.st_mode & 0o077 == 0 else {
            throw SystemError("keep secret (chmod 600) the file", path: target, number: EPERM)
        }
        return try read(name, limit: limit)
    }
}
