#include <libwebsockets.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

// The descriptor is a union, which Swift fills only through a temporary of its own.
static inline struct lws *robbieblocks_lws_watch(struct lws_vhost *vhost, int descriptor,
                                                 const char *protocol) {
    lws_sock_file_fd_type file;
    memset(&file, 0, sizeof(file));
    file.filefd = descriptor;
    return lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, file, protocol, NULL);
}

// What the system holds of a connection's output because its peer has not taken it yet, in bytes; -1
// when it cannot tell. ioctl is variadic, which Swift cannot call.
static inline int robbieblocks_untaken(int descriptor) {
    int count = 0;
    return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}

// How much of a connection's output its peer's system has taken, in bytes. The C library's own struct
// tcp_info ends before it, and the kernel's header cannot be read beside it: the place is that of
// tcpi_bytes_acked, which never moves.
static inline uint64_t robbieblocks_taken(int descriptor) {
    uint64_t taken = 0;
    unsigned char info[128];
    socklen_t length = sizeof(info);
    if (getsockopt(descriptor, IPPROTO_TCP, 11 /* TCP_INFO */, info, &length) == 0 &&
        length == sizeof(info)) {
        memcpy(&taken, info + 120, sizeof(taken));
    }
    return taken;
}
