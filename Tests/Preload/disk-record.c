// Writes down what a program does to the files below one folder, so that the disk can be put together as it may stand when the
// power fails at any of these moments (Tests/EndToEnd/lab/power_cut.py reads it).
// DISK_RECORD names the record, which is appended to; DISK_RECORD_FOLDER the folder. A row is a `struct row` and its content.
#include "control.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

enum kind { named = 1, written, cut_to, synced, folder_synced, renamed, removed };

/// One step. `offset` is where a write begins, and the new length of a file that is cut.
struct row {
    uint64_t time; // ns since 1970
    uint64_t file; // inode
    uint64_t offset;
    uint32_t kind;
    uint32_t length; // of what follows: bytes that were written, a path, or two with a zero between them
};

static int record = -1;
static const char *folder;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("DISK_RECORD");
    folder = getenv("DISK_RECORD_FOLDER");
    record = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    if (record < 0 || !folder) {
        fprintf(stderr, "preload: DISK_RECORD names no file, or DISK_RECORD_FOLDER is missing\n");
        abort();
    }
}

static int is_ours(const char *path)
{
    size_t wanted = folder ? strlen(folder) : 0;
    return wanted && strncmp(path, folder, wanted) == 0 && (path[wanted] == '/' || path[wanted] == 0);
}

static void note(enum kind kind, uint64_t file, uint64_t offset, const void *content, size_t length)
{
    int before = errno;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct row row = {(uint64_t)now.tv_sec * 1000000000 + now.tv_nsec, file, offset, kind, (uint32_t)length};
    struct iovec parts[] = {{&row, sizeof row}, {(void *)content, length}};
    pthread_mutex_lock(&one_at_a_time);
    // Half a row would make all that follow unreadable.
    if (writev(record, parts, 2) != (ssize_t)(sizeof row + length))
        abort();
    pthread_mutex_unlock(&one_at_a_time);
    errno = before;
}

/// Where the file of a descriptor is, and which; 0 when it is none of ours.
static int place(int descriptor, char path[4096], struct stat *info)
{
    char link[32];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = descriptor == record ? -1 : readlink(link, path, 4095);
    int found = length > 0 && fstat(descriptor, info) == 0 && (S_ISREG(info->st_mode) || S_ISDIR(info->st_mode));
    if (found)
        path[length] = 0;
    errno = before;
    return found && is_ours(path);
}

static void note_write(int descriptor, const void *buffer, ssize_t size, off64_t offset)
{
    char path[4096];
    struct stat info;
    if (size > 0 && place(descriptor, path, &info))
        note(written, info.st_ino, (uint64_t)offset, buffer, (size_t)size);
}

static int note_open(int descriptor, int flags)
{
    char path[4096];
    struct stat info;
    if (descriptor >= 0 && (flags & O_ACCMODE) != O_RDONLY && place(descriptor, path, &info)) {
        note(named, info.st_ino, 0, path, strlen(path));
        // A file that was not there before is empty, too, and may have the number of one that is gone.
        if (flags & (O_TRUNC | O_EXCL))
            note(cut_to, info.st_ino, 0, NULL, 0);
    }
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; }

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...)                            \
    {                                                                     \
        va_list arguments;                                                \
        va_start(arguments, flags);                                       \
        mode_t mode = mode_of(flags, arguments);                          \
        va_end(arguments);                                                \
        return note_open(NEXT(name)(path, flags, mode), flags);           \
    }

#define OPEN_AT(name)                                                     \
    int name(int at, const char *path, int flags, ...)                    \
    {                                                                     \
        va_list arguments;                                                \
        va_start(arguments, flags);                                       \
        mode_t mode = mode_of(flags, arguments);                          \
        va_end(arguments);                                                \
        return note_open(NEXT(name)(at, path, flags, mode), flags);       \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

ssize_t write(int descriptor, const void *buffer, size_t size)
{
    ssize_t done = NEXT(write)(descriptor, buffer, size);
    // The place is known afterwards only: a file that is appended to grows by other descriptors too.
    if (done > 0 && record >= 0)
        note_write(descriptor, buffer, done, lseek64(descriptor, 0, SEEK_CUR) - done);
    return done;
}

ssize_t pwrite(int descriptor, const void *buffer, size_t size, off_t offset)
{
    ssize_t done = NEXT(pwrite)(descriptor, buffer, size, offset);
    note_write(descriptor, buffer, done, offset);
    return done;
}

ssize_t pwrite64(int descriptor, const void *buffer, size_t size, off64_t offset)
{
    ssize_t done = NEXT(pwrite64)(descriptor, buffer, size, offset);
    note_write(descriptor, buffer, done, offset);
    return done;
}

static int note_cut(int descriptor, int result, off64_t size)
{
    char path[4096];
    struct stat info;
    if (result == 0 && place(descriptor, path, &info))
        note(cut_to, info.st_ino, (uint64_t)size, NULL, 0);
    return result;
}

int ftruncate(int descriptor, off_t size) { return note_cut(descriptor, NEXT(ftruncate)(descriptor, size), size); }

int ftruncate64(int descriptor, off64_t size) { return note_cut(descriptor, NEXT(ftruncate64)(descriptor, size), size); }

/// Room for a file, which is as long as that afterwards.
static int note_room(int descriptor, int result)
{
    char path[4096];
    struct stat info;
    if (result == 0 && place(descriptor, path, &info))
        note(cut_to, info.st_ino, (uint64_t)info.st_size, NULL, 0);
    return result;
}

int posix_fallocate(int descriptor, off_t offset, off_t size)
{
    return note_room(descriptor, NEXT(posix_fallocate)(descriptor, offset, size));
}

int posix_fallocate64(int descriptor, off64_t offset, off64_t size)
{
    return note_room(descriptor, NEXT(posix_fallocate64)(descriptor, offset, size));
}

static int note_sync(int descriptor, int result)
{
    char path[4096];
    struct stat info;
    if (result == 0 && place(descriptor, path, &info))
        note(S_ISDIR(info.st_mode) ? folder_synced : synced, info.st_ino, 0, path, strlen(path));
    return result;
}

int fsync(int descriptor) { return note_sync(descriptor, NEXT(fsync)(descriptor)); }

int fdatasync(int descriptor) { return note_sync(descriptor, NEXT(fdatasync)(descriptor)); }

int rename(const char *from, const char *to)
{
    int result = NEXT(rename)(from, to);
    if (result == 0 && is_ours(from)) {
        char both[8192];
        int length = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
        note(renamed, 0, 0, both, (size_t)length);
    }
    return result;
}

int unlink(const char *path)
{
    int result = NEXT(unlink)(path);
    if (result == 0 && is_ours(path))
        note(removed, 0, 0, path, strlen(path));
    return result;
}
