// glibc declares these only under _GNU_SOURCE, which the Glibc module is built without.
#include <linux/sockios.h>
#include <malloc.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

extern int syncfs(int descriptor);
extern int pipe2(int descriptors[2], int flags);
// The masks are `cpu_set_t` of any size.
extern int sched_getaffinity(int thread, unsigned long size, void *mask);
extern int sched_setaffinity(int thread, unsigned long size, const void *mask);
extern int posix_spawn_file_actions_addchdir_np(
    posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(
    posix_spawn_file_actions_t *actions, int from);

// prctl is variadic, which Swift cannot call.
static inline int robbieblocks_name_thread(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}
static inline int robbieblocks_end_with_parent(int signal) {
    return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}
static inline int robbieblocks_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

// The resource is an enum in one C library and an int in another.
static inline int robbieblocks_limit(int resource, unsigned long long soft, unsigned long long hard) {
    struct rlimit limit = {soft, hard};
    return setrlimit(resource, &limit);
}
// Raises a soft limit to this process's hard limit.
static inline int robbieblocks_raise_limit(int resource) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit);
}

// Returns the bytes of a connection's output that the system still holds because the peer has not
// acknowledged them; -1 when unknown. ioctl is variadic, which Swift cannot call.
static inline int robbieblocks_untaken(int descriptor) {
    int count = 0;
    return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}

// Returns the bytes of a connection's output that the peer's system has acknowledged. The C
// library's struct tcp_info ends before this field, and the kernel's header cannot be included with
// it, so the code reads at the fixed offset of tcpi_bytes_acked.
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

extern int prlimit(
    int process, int resource, const struct rlimit *limit, struct rlimit *former);

// The C libraries also differ in the type of this resource.
static inline int robbieblocks_limit_process(
    int process, int resource, unsigned long long most) {
    struct rlimit limit = {most, most};
    return prlimit(process, resource, &limit, 0);
}
