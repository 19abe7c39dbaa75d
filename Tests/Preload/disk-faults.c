// A disk that is slow to sync or fails, for the files below one folder and from one moment on.
// DISK_FAULTS names the control file (`struct control`, Tests/EndToEnd/lab/preload.py), DISK_FAULTS_FOLDER the folder.
#include "control.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

struct control {
    _Atomic uint32_t delay_ms; // of each fsync and fdatasync
    _Atomic uint32_t error;    // what writes and syncs fail with
    _Atomic uint32_t delayed;  // syncs that were delayed
    _Atomic uint32_t failed;   // calls that were made to fail
    _Atomic uint32_t unread;   // what reads fail with
};

static struct control *control;
static const char *folder;

__attribute__((constructor)) static void start(void)
{
    folder = getenv("DISK_FAULTS_FOLDER");
    if (!folder)
        abort();
    control = map_control("DISK_FAULTS", sizeof *control);
}

static int is_ours(int descriptor)
{
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t wanted = strlen(folder);
    return length > (ssize_t)wanted && strncmp(path, folder, wanted) == 0 && path[wanted] == '/';
}

static int fails(int descriptor)
{
    if (!control || !control->error || !is_ours(descriptor))
        return 0;
    control->failed++;
    errno = (int)control->error;
    return 1;
}

static int sync_fails(int descriptor)
{
    uint32_t delay = control ? control->delay_ms : 0;
    if (delay && is_ours(descriptor)) {
        control->delayed++;
        struct timespec left = {delay / 1000, delay % 1000 * 1000000};
        while (nanosleep(&left, &left) != 0 && errno == EINTR)
            continue;
    }
    return fails(descriptor);
}

static int read_fails(int descriptor)
{
    if (!control || !control->unread || !is_ours(descriptor))
        return 0;
    control->failed++;
    errno = (int)control->unread;
    return 1;
}

ssize_t pread(int descriptor, void *buffer, size_t size, off_t offset)
{
    return read_fails(descriptor) ? -1 : NEXT(pread)(descriptor, buffer, size, offset);
}

ssize_t pread64(int descriptor, void *buffer, size_t size, off64_t offset)
{
    return read_fails(descriptor) ? -1 : NEXT(pread64)(descriptor, buffer, size, offset);
}

ssize_t write(int descriptor, const void *buffer, size_t size)
{
    return fails(descriptor) ? -1 : NEXT(write)(descriptor, buffer, size);
}

ssize_t pwrite(int descriptor, const void *buffer, size_t size, off_t offset)
{
    return fails(descriptor) ? -1 : NEXT(pwrite)(descriptor, buffer, size, offset);
}

ssize_t pwrite64(int descriptor, const void *buffer, size_t size, off64_t offset)
{
    return fails(descriptor) ? -1 : NEXT(pwrite64)(descriptor, buffer, size, offset);
}

int fsync(int descriptor) { return sync_fails(descriptor) ? -1 : NEXT(fsync)(descriptor); }

int fdatasync(int descriptor) { return sync_fails(descriptor) ? -1 : NEXT(fdatasync)(descriptor); }
