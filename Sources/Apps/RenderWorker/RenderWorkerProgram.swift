import Glibc

/// The render worker's program, `robbieblocks-worker`; started by a build, never by a person.
@main
enum RenderWorkerProgram {
    static func main() throws {
        // A build that is gone is an error of one write, not a signal.
        signal(SIGPIPE, SIG_IGN)
        try RenderWorker.run(descriptor: 0)
    }
}
