// The minimum time of any site generator: writes directories and files of given sizes one after the
// other, and computes nothing.
//
//     floor LIST FOLDER [--durable]        each line of LIST: SIZE PATH
//
// With --durable it ends when the file system has everything on its medium.

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAXIMUM = 16 << 20 };

static void fail(const char *what, const char *path) {
    fprintf(stderr, "floor: %s %s: %s\n", what, path, strerror(errno));
    exit(1);
}

static void make_folders(char *path) {
    for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        if (mkdir(path, 0755) != 0 && errno != EEXIST) fail("mkdir", path);
        *slash = '/';
    }
}

static void write_file(char *path, const char *bytes, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 && errno == ENOENT) {
        make_folders(path);
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    }
    if (file < 0) fail("open", path);
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0) fail("write", path);
        bytes += written;
        size -= (size_t)written;
    }
    if (close(file) != 0) fail("close", path);
}

int main(int count, char **arguments) {
    int is_durable = count == 4 && strcmp(arguments[3], "--durable") == 0;
    if (count != 3 && !is_durable) {
        fprintf(stderr, "usage: floor LIST FOLDER [--durable]\n");
        return 2;
    }
    FILE *list = fopen(arguments[1], "r");
    if (!list) fail("open", arguments[1]);
    if (mkdir(arguments[2], 0755) != 0) fail("mkdir", arguments[2]);
    if (chdir(arguments[2]) != 0) fail("chdir", arguments[2]);

    char *bytes = malloc(MAXIMUM);
    if (!bytes) fail("malloc", "");
    memset(bytes, 'x', MAXIMUM);

    size_t size;
    char path[4096];
    while (fscanf(list, "%zu %4095[^\n]", &size, path) == 2) {
        if (size > MAXIMUM) {
            fprintf(stderr, "floor: %s is over %d bytes\n", path, MAXIMUM);
            return 1;
        }
        write_file(path, bytes, size);
    }
    if (is_durable) {
        int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0 || syncfs(folder) != 0) fail("syncfs", arguments[2]);
        close(folder);
    }
    fclose(list);
    free(bytes);
    return 0;
}
