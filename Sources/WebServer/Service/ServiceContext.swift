import CWebSockets
import Glibc
import Synchronization
import SystemSupport

/// A libwebsockets context, and the memory it points into.
final class ServiceContext {
    let pointer: OpaquePointer
    private let vhost: OpaquePointer
    /// A socket that leads nowhere, for libwebsockets to close.
    private let nowhere: Int32
    /// Making a context sets up what the whole process shares.
    private static let setUp = Mutex(())
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let name: UnsafeMutablePointer<CChar>

    /// - Parameter poll: the news of listening socket and connections; they come through the context.
    /// - Returns: nil when the system lacks the resources.
    init?(limits: HTTPServerConfiguration.Limits, poll: EventPoll, owner: ServiceLoop) {
        ServiceLog.takeOver()
        nowhere = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard nowhere >= 0, let name = strdup("http") else { return nil }
        self.name = name
        // Two entries: the one protocol, and the empty one that ends the list.
        protocols = .allocate(capacity: 2)
        protocols.initialize(repeating: lws_protocols(), count: 2)
        protocols[0].name = UnsafePointer(name)
        protocols[0].callback = ServiceLoop.callback

        var info = lws_context_creation_info()
        info.user = Unmanaged.passUnretained(owner).toOpaque()
        info.port = Int32(CONTEXT_PORT_NO_LISTEN)
        info.protocols = UnsafePointer(protocols)
        info.gid = -1
        info.uid = -1
        info.max_http_header_data2 = UInt32(limits.headerBytes + 2048)
        info.options =
            UInt64(LWS_SERVER_OPTION_EXPLICIT_VHOSTS)
            | UInt64(LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME)

        var created: OpaquePointer?
        Self.setUp.withLock { _ in created = lws_create_context(&info) }
        // libwebsockets closes what it watches.
        guard let context = created, let vhost = lws_create_vhost(context, &info),
            robbieblocks_lws_watch(vhost, fcntl(poll.descriptor, F_DUPFD_CLOEXEC, 0), name) != nil
        else {
            if let created { lws_context_destroy(created) }
            return nil
        }
        self.vhost = vhost
        pointer = context
    }

    deinit {
        Glibc.close(nowhere)
        Glibc.free(name)
        protocols.deinitialize(count: 2)
        protocols.deallocate()
    }

    /// Has libwebsockets parse the head of a request, which comes back through the callback before this
    /// returns, if it is one.
    ///
    /// It gets no more than the head, on a socket of its own: what it holds of a next request it would
    /// take for the body of one before it, or turn on it for ever. The callback has it closed.
    func parse(_ head: ArraySlice<UInt8>) {
        let descriptor = fcntl(nowhere, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return }
        head.withUnsafeBytes { bytes in
            _ = lws_adopt_socket_vhost_readbuf(
                vhost, descriptor, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count)
        }
    }

    /// Apart from `deinit`, because callbacks come while it runs.
    func destroy() { lws_context_destroy(pointer) }
}
