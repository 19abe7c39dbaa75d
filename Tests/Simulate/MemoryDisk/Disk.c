// The disk: what was written, what was synced, and what is left of both when the power fails.
#include "Disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { most_names = 512, most_changes = 4096 };

struct name {
    char *path;
    struct file *file;
};

/// A step on names that the medium may not have: `file` is nil when the name goes.
struct change {
    char *path;
    struct file *file;
};

static struct name names[most_names], synced[most_names];
static size_t names_count, synced_count, changes_count;
static struct change changes[most_changes];
static uint64_t state, capacity, used, most_used, steps, cut_in, numbers;
static int faults;
static bool is_on;

uint64_t disk_chance(void)
{
    state += 0x9E3779B97F4A7C15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

// MARK: names

bool disk_has(const char *path)
{
    size_t length = strlen(MEMORY_DISK_FOLDER);
    return path && strncmp(path, MEMORY_DISK_FOLDER, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static void release(struct file *file)
{
    if (--file->references > 0)
        return;
    used -= file->now.size;
    free(file->now.bytes);
    free(file->synced.bytes);
    free(file->dirty);
    for (int region = 0; region < index_regions; region++)
        free(file->index[region]);
    free(file);
}

/// A folder may be named with a slash at its end.
static struct name *entry(struct name *table, size_t count, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    for (size_t at = 0; at < count; at++)
        if (strncmp(table[at].path, path, length) == 0 && table[at].path[length] == 0)
            return &table[at];
    return NULL;
}

/// Changes one table of names: the file takes the name, or with nil the name goes.
static void set(struct name *table, size_t *count, const char *path, struct file *file)
{
    struct name *known = entry(table, *count, path);
    if (file)
        file->references++;
    if (known) {
        release(known->file);
        if (file) {
            known->file = file;
            return;
        }
        free(known->path);
        *known = table[--*count];
        return;
    }
    if (!file)
        return;
    if (*count == most_names)
        abort();
    table[(*count)++] = (struct name){must(strdup(path)), file};
}

static void change(const char *path, struct file *file)
{
    set(names, &names_count, path, file);
    if (changes_count == most_changes)
        abort();
    if (file)
        file->references++;
    changes[changes_count++] = (struct change){must(strdup(path)), file};
}

/// Makes the first so many changes of names durable and forgets the others.
static void settle(size_t kept)
{
    for (size_t at = 0; at < changes_count; at++) {
        if (at < kept)
            set(synced, &synced_count, changes[at].path, changes[at].file);
        if (changes[at].file)
            release(changes[at].file);
        free(changes[at].path);
    }
    changes_count = 0;
}

static struct file *fresh(bool is_folder)
{
    struct file *file = must(calloc(1, sizeof *file));
    file->is_folder = is_folder;
    file->number = ++numbers;
    file->cut = uncut;
    return file;
}

struct file *disk_find(const char *path)
{
    struct name *known = entry(names, names_count, path);
    return known ? known->file : NULL;
}

static bool has_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return true;
    char parent[1024];
    size_t length = (size_t)(slash - path);
    if (length >= sizeof parent)
        return false;
    memcpy(parent, path, length);
    parent[length] = 0;
    struct file *found = disk_find(parent);
    return found && found->is_folder;
}

const char *disk_name_in(const char *folder, size_t number)
{
    size_t length = strlen(folder);
    for (size_t at = 0; at < names_count; at++) {
        const char *path = names[at].path;
        if (strncmp(path, folder, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/') && number-- == 0)
            return path + length + 1;
    }
    return NULL;
}

// MARK: steps

/// Before every step that changes something.
static int step(void)
{
    if (!is_on)
        return EIO;
    steps++;
    if (cut_in > 0 && --cut_in == 0) {
        memory_disk_fail_power();
        return EIO;
    }
    return 0;
}

int disk_open(const char *path, bool make, struct file **file)
{
    if (!is_on)
        return EIO;
    struct file *found = disk_find(path);
    if (!found) {
        if (!make || !has_parent(path))
            return ENOENT;
        int problem = step();
        if (problem)
            return problem;
        if (faults & memory_disk_write)
            return EIO;
        found = fresh(false);
        change(path, found);
    }
    found->references++;
    *file = found;
    return 0;
}

void disk_close(struct file *file) { release(file); }

int disk_make_folder(const char *path)
{
    if (disk_find(path))
        return EEXIST;
    if (!has_parent(path))
        return ENOENT;
    int problem = step();
    if (!problem)
        change(path, fresh(true));
    return problem;
}

int disk_remove(const char *path, bool is_folder)
{
    struct file *found = is_on ? disk_find(path) : NULL;
    if (!found)
        return is_on ? ENOENT : EIO;
    if (found->is_folder != is_folder)
        return is_folder ? ENOTDIR : EISDIR;
    if (is_folder && disk_name_in(path, 0))
        return ENOTEMPTY;
    int problem = step();
    if (!problem)
        change(path, NULL);
    return problem;
}

int disk_rename(const char *old, const char *new)
{
    struct file *found = is_on ? disk_find(old) : NULL;
    if (!found)
        return is_on ? ENOENT : EIO;
    int problem = step();
    if (problem)
        return problem;
    if (found->is_folder) {
        size_t length = strlen(old);
        for (size_t at = 0; at < names_count;) {
            if (strncmp(names[at].path, old, length) != 0 || names[at].path[length] != '/') {
                at++;
                continue;
            }
            char moved[1024];
            strcpy(moved, new);
            strncat(moved, names[at].path + length, sizeof moved - strlen(moved) - 1);
            char before[1024];
            strncpy(before, names[at].path, sizeof before - 1)[sizeof before - 1] = 0;
            change(moved, names[at].file);
            change(before, NULL);
            at = 0;
        }
    }
    found->references++;
    change(new, found);
    change(old, NULL);
    release(found);
    return 0;
}

// MARK: content

static void grow(struct content *content, size_t size)
{
    if (size <= content->room)
        return;
    size_t room = content->room ? content->room : 4096;
    while (room < size)
        room *= 2;
    content->bytes = must(realloc(content->bytes, room));
    memset(content->bytes + content->room, 0, room - content->room);
    content->room = room;
}

static void soil(struct file *file, size_t from, size_t to)
{
    size_t last = (to + sector - 1) / sector;
    if (last > file->sectors) {
        size_t room = last * 2;
        file->dirty = must(realloc(file->dirty, room));
        memset(file->dirty + file->sectors, 0, room - file->sectors);
        file->sectors = room;
    }
    for (size_t at = from / sector; at < last; at++)
        file->dirty[at] = 1;
}

int disk_read(struct file *file, void *bytes, size_t count, size_t offset, size_t *found)
{
    if (!is_on || file->is_dead || faults & memory_disk_read)
        return EIO;
    size_t there = offset < file->now.size ? file->now.size - offset : 0;
    if (there > count)
        there = count;
    if (there)
        memcpy(bytes, file->now.bytes + offset, there);
    *found = there;
    return 0;
}

static int resize(struct file *file, size_t size)
{
    if (size > file->now.size && (faults & memory_disk_full || used + (size - file->now.size) > capacity))
        return ENOSPC;
    used += size - file->now.size;
    if (used > most_used)
        most_used = used;
    grow(&file->now, size);
    if (size < file->now.size)
        memset(file->now.bytes + size, 0, file->now.size - size);
    file->now.size = size;
    return 0;
}

int disk_write(struct file *file, const void *bytes, size_t count, size_t offset)
{
    int problem = file->is_dead ? EIO : step();
    if (problem)
        return problem;
    if (faults & memory_disk_write)
        return EIO;
    if (offset + count > file->now.size && (problem = resize(file, offset + count)))
        return problem;
    memcpy(file->now.bytes + offset, bytes, count);
    soil(file, offset, offset + count);
    return 0;
}

int disk_cut(struct file *file, size_t size)
{
    int problem = file->is_dead ? EIO : step();
    if (problem)
        return problem;
    size_t before = file->now.size;
    if ((problem = resize(file, size)))
        return problem;
    soil(file, size < before ? size : before, size < before ? before : size);
    if (size < file->cut)
        file->cut = size;
    return 0;
}

int disk_allocate(struct file *file, size_t size) { return size > file->now.size ? disk_cut(file, size) : 0; }

int disk_sync(struct file *file)
{
    int problem = file->is_dead ? EIO : step();
    if (problem)
        return problem;
    if (faults & memory_disk_sync)
        return EIO;
    grow(&file->synced, file->now.size);
    size_t last = (file->now.size + sector - 1) / sector;
    for (size_t at = 0; at < last && at < file->sectors; at++)
        if (file->dirty[at])
            memcpy(file->synced.bytes + at * sector, file->now.bytes + at * sector,
                   at + 1 < last ? sector : file->now.size - at * sector);
    if (file->sectors)
        memset(file->dirty, 0, file->sectors);
    if (file->now.size < file->synced.size)
        memset(file->synced.bytes + file->now.size, 0, file->synced.size - file->now.size);
    file->synced.size = file->now.size;
    file->cut = uncut;
    return 0;
}

int disk_sync_names(void)
{
    int problem = step();
    if (!problem && faults & memory_disk_sync)
        problem = EIO;
    if (!problem)
        settle(changes_count);
    return problem;
}

uint64_t disk_free(void) { return faults & memory_disk_full || used > capacity ? 0 : capacity - used; }

uint64_t disk_bytes(void) { return capacity; }

uint64_t memory_disk_most(void) { return most_used; }

const char *memory_disk_file(uint64_t number, uint64_t *bytes)
{
    for (size_t at = 0; at < names_count; at++)
        if (!names[at].file->is_folder && number-- == 0) {
            *bytes = names[at].file->now.size;
            return names[at].path;
        }
    return NULL;
}

#include "Failure.inc"
