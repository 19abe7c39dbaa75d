// The disk's inside: files, their two states, and their names.
#ifndef DISK_H
#define DISK_H

#include "MemoryDisk.h"

#include <stddef.h>

enum { sector = 512, block = 4096, index_regions = 64 };
#define uncut SIZE_MAX

/// Bytes as they stand somewhere.
struct content {
    unsigned char *bytes;
    size_t size, room;
};

/// A file or folder: what the process sees, and what is on the medium.
struct file {
    struct content now, synced;
    /// One for each sector that was written since the last sync.
    unsigned char *dirty;
    size_t sectors;
    /// The shortest it was cut to since the last sync; `uncut` when it was not.
    size_t cut;
    /// The index of a write-ahead log: memory that all connections of a process share.
    void *index[index_regions];
    int references;
    bool is_folder, is_locked;
    /// Belongs to a process that has ended, or to a disk that was without power.
    bool is_dead;
    uint64_t number;
};

/// Whether the path is on this disk.
bool disk_has(const char *path);
/// Finds the file; makes it when that is wanted. It is referred to once more.
/// - Returns: 0 or the errno.
int disk_open(const char *path, bool make, struct file **file);
/// The file is not used any more.
void disk_close(struct file *file);
/// Each of these gives 0 or the errno; `disk_read` fills with zeros what lies behind the end, and says how many there were.
int disk_read(struct file *file, void *bytes, size_t count, size_t offset, size_t *found);
int disk_write(struct file *file, const void *bytes, size_t count, size_t offset);
int disk_cut(struct file *file, size_t size);
int disk_sync(struct file *file);
int disk_sync_names(void);
int disk_allocate(struct file *file, size_t size);
int disk_make_folder(const char *path);
int disk_remove(const char *path, bool is_folder);
int disk_rename(const char *old, const char *new);
/// Nil when there is nothing of that name.
struct file *disk_find(const char *path);
/// The number-th name in a folder, without the folder; nil at the end.
const char *disk_name_in(const char *folder, size_t number);
/// Bytes that are free, and all.
uint64_t disk_free(void);
uint64_t disk_bytes(void);
/// Chance of the disk's own.
uint64_t disk_chance(void);
/// SQLite's layer, made the default once.
void disk_register(void);

#endif
