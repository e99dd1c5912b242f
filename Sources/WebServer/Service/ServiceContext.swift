import CWebSockets
import Glibc
import Synchronization

/// A libwebsockets context with one listening vhost, and the memory both point into.
final class ServiceContext {
    let pointer: OpaquePointer
    /// The port that was bound.
    let port: Int
    /// Making a context sets up what the whole process shares.
    private static let setUp = Mutex(())
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let names: [UnsafeMutablePointer<CChar>]

    /// - Returns: nil when the address could not be bound or the system lacks the resources.
    init?(_ endpoint: Endpoint, limits: HTTPServerConfiguration.Limits, owner: ServiceLoop) {
        ServiceLog.takeOver()
        guard let name = strdup("http"), let interface = strdup(endpoint.address) else {
            return nil
        }
        names = [name, interface]
        // Two entries: the one protocol, and the empty one that ends the list.
        protocols = .allocate(capacity: 2)
        protocols.initialize(repeating: lws_protocols(), count: 2)
        protocols[0].name = UnsafePointer(name)
        protocols[0].callback = ServiceLoop.callback
        protocols[0].rx_buffer_size = 4096

        var info = lws_context_creation_info()
        info.user = Unmanaged.passUnretained(owner).toOpaque()
        info.port = endpoint.port == 0 ? 0 : Int32(endpoint.port)
        info.iface = UnsafePointer(interface)
        info.protocols = UnsafePointer(protocols)
        info.gid = -1
        info.uid = -1
        // Room beyond the limit, so that a request somewhat too large can still be told so.
        info.max_http_header_data2 = UInt32(limits.headerBytes * 2 + 2048)
        info.keepalive_timeout = Int32(limits.idleSeconds)
        info.timeout_secs = UInt32(limits.idleSeconds)
        info.timeout_secs_ah_idle = UInt32(limits.idleSeconds)
        info.options =
            UInt64(LWS_SERVER_OPTION_EXPLICIT_VHOSTS)
            | UInt64(LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME)
            | UInt64(LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND)
            | (endpoint.isIPv6 ? 0 : UInt64(LWS_SERVER_OPTION_DISABLE_IPV6))

        var created: OpaquePointer?
        Self.setUp.withLock { _ in created = lws_create_context(&info) }
        guard let context = created else {
            Self.free(protocols, names)
            return nil
        }
        guard let vhost = lws_create_vhost(context, &info) else {
            lws_context_destroy(context)
            Self.free(protocols, names)
            return nil
        }
        pointer = context
        port = Int(lws_get_vhost_listen_port(vhost))
    }

    /// Closes every connection, each with its callbacks, and frees the port.
    ///
    /// Apart from `deinit`, because the callbacks come while it runs.
    func destroy() {
        lws_context_destroy(pointer)
        Self.free(protocols, names)
    }

    private static func free(
        _ protocols: UnsafeMutablePointer<lws_protocols>, _ names: [UnsafeMutablePointer<CChar>]
    ) {
        protocols.deinitialize(count: 2)
        protocols.deallocate()
        for name in names { Glibc.free(name) }
    }
}
