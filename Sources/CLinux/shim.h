// glibc declares these only under _GNU_SOURCE, which the Glibc module is built without.
#include <malloc.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>

extern int syncfs(int descriptor);
extern int pipe2(int descriptors[2], int flags);
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
