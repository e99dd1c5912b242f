// Stands before the C library's calls that change a file system, for the whole process and the
// libraries in it, and lets one of them go wrong:
//
//   FAULT_STEP   which call, counted from 1
//   FAULT_KIND   kill: the process is killed instead; of a write, half is done before
//                full: this call and all later ones that need room find the disk full
//                blip: this call alone does
//                count: none goes wrong
//                nolinks: no file can have a second name; FAULT_STEP is the number of the error
//
// So every instant between two changes on disk can be visited in turn, without a trace of it in the
// product.

#define _GNU_SOURCE
#include "CFaultInjection.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static atomic_long steps;
static long fault_step;
static enum { NONE, COUNT, KILL, FULL, BLIP, NOLINKS } fault_kind;

__attribute__((constructor)) static void read_settings(void) {
    const char *step = getenv("FAULT_STEP"), *kind = getenv("FAULT_KIND");
    if (!kind) return;
    fault_step = step ? atol(step) : 0;
    fault_kind = !strcmp(kind, "count")  ? COUNT
                 : !strcmp(kind, "kill") ? KILL
                 : !strcmp(kind, "full") ? FULL
                 : !strcmp(kind, "blip") ? BLIP
                 : !strcmp(kind, "nolinks") ? NOLINKS
                                         : NONE;
}

// While a folder is watched: the names of the threads that change files below it, a name a line.
static pthread_mutex_t watching = PTHREAD_MUTEX_INITIALIZER;
static atomic_int is_watching;
static char watched_folder[PATH_MAX];
static char watched_threads[4096];

void fault_injection_watch(const char *folder) {
    pthread_mutex_lock(&watching);
    snprintf(watched_folder, sizeof watched_folder, "%s", folder);
    watched_threads[0] = 0;
    atomic_store(&is_watching, 1);
    pthread_mutex_unlock(&watching);
}

void fault_injection_end_watch(char *threads, size_t size) {
    pthread_mutex_lock(&watching);
    atomic_store(&is_watching, 0);
    snprintf(threads, size, "%s", watched_threads);
    pthread_mutex_unlock(&watching);
}

static void note_thread(int descriptor) {
    if (!atomic_load(&is_watching)) return;
    int error = errno;
    char link[64], path[PATH_MAX], name[18];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    prctl(PR_GET_NAME, name);
    strcat(name, "\n");
    pthread_mutex_lock(&watching);
    size_t used = strlen(watched_threads);
    int is_below = strncmp(path, watched_folder, strlen(watched_folder)) == 0;
    if (is_below && !strstr(watched_threads, name) && used + strlen(name) < sizeof watched_threads)
        strcpy(watched_threads + used, name);
    pthread_mutex_unlock(&watching);
    errno = error;
}

long fault_injection_steps(void) { return atomic_load(&steps); }

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

// Whether the process is to be killed in this call.
static int is_last(long step) { return fault_kind == KILL && step == fault_step; }

// Counts a call, kills the process when its turn has come, and says whether the disk is full.
static int is_full(int needs_room) {
    if (fault_kind == NONE) return 0;
    long step = atomic_fetch_add(&steps, 1) + 1;
    if (is_last(step)) die();
    if (!needs_room) return 0;
    int full = (fault_kind == FULL && step >= fault_step) || (fault_kind == BLIP && step == fault_step);
    if (full) errno = ENOSPC;
    return full;
}

// Only what has a disk below it can be full.
static int is_file(int descriptor) {
    struct stat status;
    return fault_kind != NONE && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

// A name that exists needs no room.
static int is_new(int folder, const char *path) {
    return fault_kind != NONE && faccessat(folder, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

#define MODE_ARGUMENT() \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list arguments; \
        va_start(arguments, flags); \
        mode = va_arg(arguments, mode_t); \
        va_end(arguments); \
    }

int openat(int folder, const char *path, int flags, ...) {
    REAL(openat);
    MODE_ARGUMENT()
    if (flags & O_CREAT) note_thread(folder);
    if ((flags & O_CREAT) && is_new(folder, path) && is_full(1)) return -1;
    return real(folder, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    REAL(open);
    MODE_ARGUMENT()
    if ((flags & O_CREAT) && is_new(AT_FDCWD, path) && is_full(1)) return -1;
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    MODE_ARGUMENT()
    if ((flags & O_CREAT) && is_new(AT_FDCWD, path) && is_full(1)) return -1;
    return real(path, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    note_thread(file);
    if (!is_file(file)) return real(file, bytes, count);
    if (is_last(atomic_load(&steps) + 1)) real(file, bytes, count / 2);
    if (is_full(1)) return -1;
    return real(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    REAL(pwrite64);
    note_thread(file);
    if (!is_file(file)) return real(file, bytes, count, offset);
    if (is_last(atomic_load(&steps) + 1)) real(file, bytes, count / 2, offset);
    if (is_full(1)) return -1;
    return real(file, bytes, count, offset);
}

int ftruncate64(int file, off64_t length) {
    REAL(ftruncate64);
    return is_full(length > 0) ? -1 : real(file, length);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return is_new(AT_FDCWD, path) && is_full(1) ? -1 : real(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(mkdirat);
    note_thread(folder);
    return is_new(folder, path) && is_full(1)
               ? -1
               : real(folder, path, mode);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    REAL(linkat);
    note_thread(to);
    if (fault_kind == NOLINKS) {
        errno = (int)fault_step;
        return -1;
    }
    return is_full(1) ? -1 : real(from, old, to, new, flags);
}

int symlinkat(const char *target, int folder, const char *path) {
    REAL(symlinkat);
    return is_full(1) ? -1 : real(target, folder, path);
}

int renameat(int from, const char *old, int to, const char *new) {
    REAL(renameat);
    note_thread(to);
    return is_full(1) ? -1 : real(from, old, to, new);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    note_thread(folder);
    return is_full(0) ? -1 : real(folder, path, flags);
}

int unlink(const char *path) {
    REAL(unlink);
    return is_full(0) ? -1 : real(path);
}

int futimens(int file, const struct timespec times[2]) {
    REAL(futimens);
    return is_full(0) ? -1 : real(file, times);
}

// Whoever asks a full disk how full it is must be told.
int statvfs64(const char *path, struct statvfs64 *status) {
    REAL(statvfs64);
    int result = real(path, status);
    if (fault_kind == FULL && atomic_load(&steps) >= fault_step) status->f_bavail = 0;
    return result;
}

int statvfs(const char *path, struct statvfs *status) {
    REAL(statvfs);
    int result = real(path, status);
    if (fault_kind == FULL && atomic_load(&steps) >= fault_step) status->f_bavail = 0;
    return result;
}

// Bytes may find no room only when they are to reach the disk.
int fsync(int file) {
    REAL(fsync);
    note_thread(file);
    return is_full(1) ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(fdatasync);
    note_thread(file);
    return is_full(1) ? -1 : real(file);
}

int syncfs(int file) {
    REAL(syncfs);
    note_thread(file);
    return is_full(1) ? -1 : real(file);
}
