// SQLite's way to the disk: a file system layer of its own, with the promises that the one for Linux makes (sectors of 4096
// bytes, a write changes nothing beside its own bytes, the folder is synced with the first sync of a new journal).
// Source: sqlite.org, The SQLite OS Interface or "VFS"; sqlite3.h, sqlite3_io_methods.
#include "Disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct handle {
    sqlite3_file base;
    struct file *file;
    /// A journal that is new: its name is not on the medium yet.
    bool is_unnamed;
    /// Opened to read only: the kernel refuses writes and locks for writing.
    bool is_read_only;
};

static struct handle *of(sqlite3_file *file) { return (struct handle *)file; }

static int result(int problem, int otherwise) { return problem == 0 ? SQLITE_OK : problem == ENOSPC ? SQLITE_FULL : otherwise; }

static int v_close(sqlite3_file *file)
{
    disk_close(of(file)->file);
    return SQLITE_OK;
}

static int v_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset)
{
    size_t found = 0;
    if (disk_read(of(file)->file, bytes, (size_t)count, (size_t)offset, &found))
        return SQLITE_IOERR_READ;
    if (found == (size_t)count)
        return SQLITE_OK;
    memset((char *)bytes + found, 0, (size_t)count - found);
    return SQLITE_IOERR_SHORT_READ;
}

static int v_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
    if (of(file)->is_read_only)
        return SQLITE_READONLY;
    return result(disk_write(of(file)->file, bytes, (size_t)count, (size_t)offset), SQLITE_IOERR_WRITE);
}

static int v_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (of(file)->is_read_only)
        return SQLITE_READONLY;
    return result(disk_cut(of(file)->file, (size_t)size), SQLITE_IOERR_TRUNCATE);
}

static int v_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    int problem = disk_sync(of(file)->file);
    if (!problem && of(file)->is_unnamed) {
        problem = disk_sync_names();
        of(file)->is_unnamed = false;
    }
    return result(problem, SQLITE_IOERR_FSYNC);
}

static int v_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)of(file)->file->now.size;
    return of(file)->file->is_dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

/// One thread: whoever wants a lock has it.
static int v_lock(sqlite3_file *file, int level)
{
    bool is_refused = of(file)->is_read_only && level > SQLITE_LOCK_SHARED;
    return of(file)->file->is_dead || is_refused ? SQLITE_IOERR_LOCK : SQLITE_OK;
}

static int v_unlock(sqlite3_file *file, int level)
{
    (void)file, (void)level;
    return SQLITE_OK;
}

static int v_is_reserved(sqlite3_file *file, int *is)
{
    (void)file;
    *is = 0;
    return SQLITE_OK;
}

static int v_control(sqlite3_file *file, int what, void *argument)
{
    (void)file, (void)what, (void)argument;
    return SQLITE_NOTFOUND;
}

static int v_sector(sqlite3_file *file)
{
    (void)file;
    return block;
}

static int v_device(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int v_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
    struct file *held = of(file)->file;
    *memory = NULL;
    if (region >= index_regions)
        return SQLITE_IOERR_SHMSIZE;
    if (!held->index[region] && extend)
        held->index[region] = calloc(1, (size_t)size);
    *memory = held->index[region];
    return SQLITE_OK;
}

static int v_map_lock(sqlite3_file *file, int offset, int count, int flags)
{
    (void)file, (void)offset, (void)count, (void)flags;
    return SQLITE_OK;
}

static void v_map_barrier(sqlite3_file *file) { (void)file; }

static int v_unmap(sqlite3_file *file, int remove)
{
    if (remove)
        for (int region = 0; region < index_regions; region++) {
            free(of(file)->file->index[region]);
            of(file)->file->index[region] = NULL;
        }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    2,        v_close,   v_read,        v_write,   v_truncate, v_sync,   v_size, v_lock,     v_unlock,
    v_is_reserved, v_control, v_sector, v_device,  v_map,      v_map_lock, v_map_barrier, v_unmap, NULL, NULL};

static int v_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out)
{
    (void)vfs;
    static unsigned temporaries;
    char made[64];
    memset(file, 0, sizeof(struct handle));
    if (!path) {
        sqlite3_snprintf(sizeof made, made, MEMORY_DISK_FOLDER "/temporary-%u", ++temporaries);
        path = made;
    }
    bool is_new = disk_find(path) == NULL;
    if (disk_open(path, flags & SQLITE_OPEN_CREATE, &of(file)->file))
        return SQLITE_CANTOPEN;
    if (of(file)->file->is_folder) {
        disk_close(of(file)->file);
        return SQLITE_CANTOPEN;
    }
    if (flags & SQLITE_OPEN_DELETEONCLOSE)
        disk_remove(path, false);
    of(file)->is_unnamed = is_new && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL);
    of(file)->is_read_only = flags & SQLITE_OPEN_READONLY;
    file->pMethods = &methods;
    if (flags_out)
        *flags_out = flags;
    return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    int problem = disk_remove(path, false);
    if (problem == ENOENT)
        return SQLITE_IOERR_DELETE_NOENT;
    if (!problem && sync)
        problem = disk_sync_names();
    return result(problem, SQLITE_IOERR_DELETE);
}

static int v_access(sqlite3_vfs *vfs, const char *path, int flags, int *is)
{
    (void)vfs;
    struct file *found = disk_find(path);
    *is = found && (flags != SQLITE_ACCESS_EXISTS || found->is_folder || found->now.size > 0);
    return SQLITE_OK;
}

static int v_full(sqlite3_vfs *vfs, const char *path, int size, char *full)
{
    (void)vfs;
    sqlite3_snprintf(size, full, "%s", path);
    return SQLITE_OK;
}

static int v_random(sqlite3_vfs *vfs, int count, char *bytes)
{
    (void)vfs;
    for (int at = 0; at < count; at++)
        bytes[at] = (char)disk_chance();
    return count;
}

/// Nobody else holds what is waited for.
static int v_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int v_time(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
    (void)vfs;
    *now = 212000000000000;
    return SQLITE_OK;
}

static int v_error(sqlite3_vfs *vfs, int size, char *words)
{
    (void)vfs, (void)size, (void)words;
    return 0;
}

static sqlite3_vfs layer = {
    .iVersion = 2,
    .szOsFile = sizeof(struct handle),
    .mxPathname = 512,
    .zName = "memory-disk",
    .xOpen = v_open,
    .xDelete = v_delete,
    .xAccess = v_access,
    .xFullPathname = v_full,
    .xRandomness = v_random,
    .xSleep = v_sleep,
    .xGetLastError = v_error,
    .xCurrentTimeInt64 = v_time,
};

/// SQLite's own layer, through which the daemon looks at a store that it must not touch, begins chance anew when it first opens a
/// file in a process: done here, so that a process's first run is as its next ones.
static void open_once(void)
{
    sqlite3_vfs *own = sqlite3_vfs_find("unix");
    sqlite3_file *file = own ? calloc(1, (size_t)own->szOsFile) : NULL;
    if (!file || own->xOpen(own, "/dev/null", file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, NULL) != SQLITE_OK)
        abort();
    file->pMethods->xClose(file);
    free(file);
}

void disk_register(void)
{
    static bool is_done;
    if (!is_done) {
        // The one without locks as well: in its name the daemon looks at a store that it must not touch.
        static sqlite3_vfs unlocked;
        unlocked = layer;
        unlocked.zName = "unix-none";
        if (sqlite3_vfs_register(&layer, 1) != SQLITE_OK || sqlite3_vfs_register(&unlocked, 0) != SQLITE_OK)
            abort();
        open_once();
        is_done = true;
    }
    // The next salt comes from the seed, and not from what was before.
    sqlite3_randomness(0, NULL);
}
