// The C library's calls on files, as the daemon makes them: those below the folder of the disk in memory go there, all others to
// the library. A program's own functions stand before those of the libraries it is linked with.
#define _GNU_SOURCE
#include "Disk.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { first = 0x40000000, most = 64 };

/// A descriptor: `file` is nil while it is free.
struct descriptor {
    struct file *file;
    size_t place;
    bool appends, holds_lock;
};

static struct descriptor table[most];

/// A folder that is being listed.
struct listing {
    char folder[512];
    size_t next;
    bool is_open;
    struct dirent entry;
};

static struct listing listings[8];

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) \
    real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static struct descriptor *ours(int descriptor)
{
    return descriptor >= first && descriptor < first + most ? &table[descriptor - first] : NULL;
}

static int answer(int problem)
{
    if (problem == 0)
        return 0;
    errno = problem;
    return -1;
}

static int open_ours(const char *path, int flags)
{
    struct file *file = NULL;
    int problem = disk_open(path, flags & O_CREAT, &file);
    if (problem)
        return answer(problem);
    if (file->is_folder && (flags & O_ACCMODE) != O_RDONLY)
        problem = EISDIR;
    if (!file->is_folder && flags & O_DIRECTORY)
        problem = ENOTDIR;
    if (!problem && flags & O_TRUNC && file->now.size > 0)
        problem = disk_cut(file, 0);
    for (int index = 0; index < most && !problem; index++)
        if (!table[index].file) {
            table[index] = (struct descriptor){.file = file, .appends = flags & O_APPEND};
            return first + index;
        }
    disk_close(file);
    return answer(problem ? problem : EMFILE);
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list list;
        va_start(list, flags);
        mode = (mode_t)va_arg(list, int);
        va_end(list);
    }
    if (disk_has(path))
        return open_ours(path, flags);
    REAL(open);
    return real(path, flags, mode);
}

int close(int descriptor)
{
    struct descriptor *held = ours(descriptor);
    REAL(close);
    if (!held)
        return real(descriptor);
    if (!held->file)
        return answer(EBADF);
    if (held->holds_lock)
        held->file->is_locked = false;
    disk_close(held->file);
    held->file = NULL;
    return 0;
}

static ssize_t read_ours(struct descriptor *held, void *bytes, size_t count, size_t offset)
{
    size_t found = 0;
    int problem = held->file ? disk_read(held->file, bytes, count, offset, &found) : EBADF;
    return problem ? answer(problem) : (ssize_t)found;
}

static ssize_t write_ours(struct descriptor *held, const void *bytes, size_t count, size_t offset)
{
    int problem = held->file ? disk_write(held->file, bytes, count, offset) : EBADF;
    return problem ? answer(problem) : (ssize_t)count;
}

ssize_t read(int descriptor, void *bytes, size_t count)
{
    struct descriptor *held = ours(descriptor);
    REAL(read);
    if (!held)
        return real(descriptor, bytes, count);
    ssize_t found = read_ours(held, bytes, count, held->place);
    held->place += found > 0 ? (size_t)found : 0;
    return found;
}

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    struct descriptor *held = ours(descriptor);
    REAL(write);
    if (!held)
        return real(descriptor, bytes, count);
    ssize_t written = write_ours(held, bytes, count, held->appends && held->file ? held->file->now.size : held->place);
    held->place += written > 0 ? (size_t)written : 0;
    return written;
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset)
{
    struct descriptor *held = ours(descriptor);
    REAL(pread);
    return held ? read_ours(held, bytes, count, (size_t)offset) : real(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    struct descriptor *held = ours(descriptor);
    REAL(pwrite);
    return held ? write_ours(held, bytes, count, (size_t)offset) : real(descriptor, bytes, count, offset);
}

int fsync(int descriptor)
{
    struct descriptor *held = ours(descriptor);
    REAL(fsync);
    if (!held)
        return real(descriptor);
    if (!held->file)
        return answer(EBADF);
    return answer(held->file->is_folder ? disk_sync_names() : disk_sync(held->file));
}

int ftruncate(int descriptor, off_t size)
{
    struct descriptor *held = ours(descriptor);
    REAL(ftruncate);
    if (!held)
        return real(descriptor, size);
    return answer(held->file ? disk_cut(held->file, (size_t)size) : EBADF);
}

int truncate(const char *path, off_t size)
{
    REAL(truncate);
    if (!disk_has(path))
        return real(path, size);
    struct file *found = disk_find(path);
    return answer(found ? disk_cut(found, (size_t)size) : ENOENT);
}

int posix_fallocate(int descriptor, off_t offset, off_t size)
{
    struct descriptor *held = ours(descriptor);
    REAL(posix_fallocate);
    if (!held)
        return real(descriptor, offset, size);
    return held->file ? disk_allocate(held->file, (size_t)(offset + size)) : EBADF;
}

int flock(int descriptor, int operation)
{
    struct descriptor *held = ours(descriptor);
    REAL(flock);
    if (!held)
        return real(descriptor, operation);
    if (!held->file)
        return answer(EBADF);
    if (held->file->is_locked && !held->holds_lock)
        return answer(EWOULDBLOCK);
    held->file->is_locked = held->holds_lock = operation & LOCK_EX;
    return 0;
}

static int describe(struct file *file, struct stat *information)
{
    memset(information, 0, sizeof *information);
    if (!file || !memory_disk_is_on())
        return answer(file ? EIO : ENOENT);
    information->st_mode = file->is_folder ? S_IFDIR | 0750 : S_IFREG | 0640;
    information->st_size = (off_t)file->now.size;
    information->st_blocks = (blkcnt_t)((file->now.size + sector - 1) / sector);
    information->st_blksize = block;
    information->st_ino = (ino_t)file->number;
    information->st_nlink = 1;
    return 0;
}

int stat(const char *path, struct stat *information)
{
    REAL(stat);
    return disk_has(path) ? describe(disk_find(path), information) : real(path, information);
}

int lstat(const char *path, struct stat *information)
{
    REAL(lstat);
    return disk_has(path) ? describe(disk_find(path), information) : real(path, information);
}

int fstat(int descriptor, struct stat *information)
{
    struct descriptor *held = ours(descriptor);
    REAL(fstat);
    return held ? describe(held->file, information) : real(descriptor, information);
}

int access(const char *path, int mode)
{
    REAL(access);
    return disk_has(path) ? answer(disk_find(path) ? 0 : ENOENT) : real(path, mode);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    return disk_has(path) ? answer(disk_make_folder(path)) : real(path, mode);
}

int rmdir(const char *path)
{
    REAL(rmdir);
    return disk_has(path) ? answer(disk_remove(path, true)) : real(path);
}

int unlink(const char *path)
{
    REAL(unlink);
    return disk_has(path) ? answer(disk_remove(path, false)) : real(path);
}

int rename(const char *old, const char *new)
{
    REAL(rename);
    return disk_has(old) ? answer(disk_rename(old, new)) : real(old, new);
}

int statvfs(const char *path, struct statvfs *figures)
{
    REAL(statvfs);
    if (!disk_has(path))
        return real(path, figures);
    memset(figures, 0, sizeof *figures);
    figures->f_bsize = figures->f_frsize = block;
    figures->f_blocks = disk_bytes() / block;
    figures->f_bfree = figures->f_bavail = disk_free() / block;
    return 0;
}

static struct listing *listed(DIR *stream)
{
    for (size_t index = 0; index < sizeof listings / sizeof *listings; index++)
        if ((void *)stream == (void *)&listings[index])
            return &listings[index];
    return NULL;
}

DIR *opendir(const char *path)
{
    REAL(opendir);
    if (!disk_has(path))
        return real(path);
    struct file *found = disk_find(path);
    errno = found ? ENOTDIR : ENOENT;
    for (size_t index = 0; found && found->is_folder && index < sizeof listings / sizeof *listings; index++)
        if (!listings[index].is_open) {
            listings[index] = (struct listing){.is_open = true};
            snprintf(listings[index].folder, sizeof listings[index].folder, "%s", path);
            return (DIR *)(void *)&listings[index];
        }
    return NULL;
}

struct dirent *readdir(DIR *stream)
{
    REAL(readdir);
    struct listing *open = listed(stream);
    if (!open)
        return real(stream);
    const char *name = disk_name_in(open->folder, open->next++);
    if (!name)
        return NULL;
    snprintf(open->entry.d_name, sizeof open->entry.d_name, "%s", name);
    return &open->entry;
}

int closedir(DIR *stream)
{
    REAL(closedir);
    struct listing *open = listed(stream);
    if (!open)
        return real(stream);
    open->is_open = false;
    return 0;
}
