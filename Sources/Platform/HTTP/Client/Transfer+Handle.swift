import CCurl
import Glibc
import System

/// The libcurl side of a transfer, used only on the client's thread.
extension Transfer {
    /// Configures libcurl with the request and the callbacks for the response.
    func makeHandle() -> UnsafeMutableRawPointer? {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        let me = Unmanaged.passUnretained(self).toOpaque()
        func set(_ option: CURLoption, _ value: Int) -> Bool {
            robbieblocks_curl_set_number(handle, option, value) == CURLE_OK
        }
        func set(_ option: CURLoption, _ value: String) -> Bool {
            robbieblocks_curl_set_text(handle, option, value) == CURLE_OK
        }
        for field in request.fields {
            guard let list = curl_slist_append(fieldList, "\(field.name): \(field.value)") else {
                break
            }
            fieldList = list
        }
        // Do not pause before a long body to ask for permission to send it.
        if let list = curl_slist_append(fieldList, "Expect:") { fieldList = list }
        let isSet =
            set(CURLOPT_URL, request.url)
            && set(CURLOPT_PROTOCOLS_STR, "http,https")
            && set(CURLOPT_FOLLOWLOCATION, 0)
            && set(CURLOPT_PROXY, "")
            && set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
            && set(CURLOPT_NOSIGNAL, 1)
            // Each transfer has its own connection, so that cancelling it can close the connection.
            && set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
            && set(CURLOPT_HTTP09_ALLOWED, 0)
            && set(CURLOPT_BUFFERSIZE, 4096)
            && set(CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
            && set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout)
            && set(CURLOPT_USERAGENT, "RobbieBlocks")
            && robbieblocks_curl_set_pointer(handle, CURLOPT_HTTPHEADER, fieldList) == CURLE_OK
            && robbieblocks_curl_set_pointer(handle, CURLOPT_HEADERDATA, me) == CURLE_OK
            && robbieblocks_curl_set_pointer(handle, CURLOPT_WRITEDATA, me) == CURLE_OK
            && robbieblocks_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION, receiveLine)
                == CURLE_OK
            && robbieblocks_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION, receiveBody)
                == CURLE_OK
            && robbieblocks_curl_set_opener(handle, openSocket) == CURLE_OK
            && (request.method == .get
                || body.withUnsafeBytes {
                    robbieblocks_curl_set_body(handle, $0.baseAddress, curl_off_t($0.count))
                        == CURLE_OK
                } && set(CURLOPT_POST, 1))
        body = []
        if !isSet { closeHandle() }
        return self.handle
    }

    func closeHandle() {
        curl_easy_cleanup(handle)
        curl_slist_free_all(fieldList)
        handle = nil
        fieldList = nil
    }

    /// Returns the caller's error for a libcurl code.
    func error(for code: CURLcode) -> ClientError {
        var connected: curl_off_t = 0
        if let handle {
            _ = robbieblocks_curl_get_time(handle, CURLINFO_PRETRANSFER_TIME_T, &connected)
        }
        let reason = String(cString: curl_easy_strerror(code))
        return switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED:
            ClientError(.badRequest, "'\(server)' is no address that can be asked: \(reason)")
        case CURLE_COULDNT_RESOLVE_HOST:
            ClientError(.unknownHost, "there is no server of the name \(server)")
        // libcurl reports a refused connection and a failed socket creation alike.
        case CURLE_COULDNT_CONNECT where !isDescriptorLeft:
            ClientError(.unavailable, "the system lacks what a connection to \(server) needs")
        case CURLE_COULDNT_CONNECT:
            ClientError(.refused, "\(server) refuses connections")
        case CURLE_OPERATION_TIMEDOUT where connected == 0:
            ClientError(
                .connectTimeout, "no connection to \(server) within \(request.connectTimeout) ms")
        case CURLE_OPERATION_TIMEDOUT:
            ClientError(.totalTimeout, "\(server) was not done in time")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER:
            ClientError(.untrusted, "\(server) cannot be trusted: \(reason)")
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT:
            ClientError(.unavailable, "the system lacks what a request to \(server) needs")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            ClientError(.malformed, "\(server) does not speak HTTP: \(reason)")
        default:
            ClientError(.lost, "the connection to \(server) ended too early: \(reason)")
        }
    }
}

/// Whether the process can open one more socket.
private var isDescriptorLeft: Bool {
    let probe = socket(AF_UNIX, SocketKind.stream, 0)
    if probe >= 0 { close(probe) }
    return probe >= 0
}

/// Opens a close-on-exec socket: in a child process it would stay open after the transfer.
private func openSocket(
    _ owner: UnsafeMutableRawPointer?, _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address = address?.pointee else { return -1 }
    return socket(
        address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
}

private func receiveLine(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ transfer: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().receive(line: line)
        ? line.count : 0
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ transfer: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().receive(body: bytes) {
    case .taken: return bytes.count
    case .held: return robbieblocks_curl_pause
    case .refused: return 0
    }
}
