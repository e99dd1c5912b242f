import Glibc

/// A server of scripted models, for tests and measurements: it speaks the interfaces of Ollama, OpenAI
/// and Anthropic, and what it does is in the name of the model that it is asked for.
///
///     ModelPeer [--port N]
///
/// It prints the port, and ends when its standard input does, unless that is no pipe.
/// See `PeerBehavior` for the names. `GET /stats` tells what was asked and what was given up.
@main
enum ModelPeer {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        var port: UInt16 = 0
        let arguments = CommandLine.arguments
        if let index = arguments.firstIndex(of: "--port"), index + 1 < arguments.count {
            port = UInt16(arguments[index + 1]) ?? 0
        }
        guard let server = PeerServer(port: port) else {
            print("the model peer cannot listen: \(String(cString: strerror(errno)))")
            exit(3)
        }
        print(server.port)
        fflush(nil)
        server.run()
    }
}
