import Glibc

/// The render worker's program, `robbieblocks-worker`, which a build starts; not meant for users.
@main
enum RenderWorkerProgram {
    static func main() throws {
        // When the build is gone, a write fails with an error instead of a signal.
        signal(SIGPIPE, SIG_IGN)
        try RenderWorker.run(descriptor: 0)
    }
}
