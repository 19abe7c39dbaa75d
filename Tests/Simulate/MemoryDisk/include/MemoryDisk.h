// A disk in memory under one folder, for a whole daemon in one process: it remembers what was synced and what was not. SQLite
// reaches it by a file system layer (VFS) of its own, everything else by the calls of the C library, which this program has in
// their place. Not for threads: one thread works on it.
#ifndef MEMORY_DISK_H
#define MEMORY_DISK_H

#include <stdbool.h>
#include <stdint.h>

/// The folder; what lies elsewhere is the real disk's.
#define MEMORY_DISK_FOLDER "/simulated"

/// What the disk does wrong.
enum memory_disk_fault { memory_disk_full = 1, memory_disk_write = 2, memory_disk_sync = 4, memory_disk_read = 8 };

/// An empty disk of so many bytes, with chance of its own. Whatever was open before is dead.
void memory_disk_make(uint64_t seed, uint64_t bytes);

/// The power fails now: of what was not synced each piece of 512 bytes is kept, lost or torn, and of what was done to names the
/// first so many steps are there. From now on every call fails, until `memory_disk_go_on`.
void memory_disk_fail_power(void);

/// The power fails at one of the next steps: 1 is the next write, sync, cut, new name or removal. 0 takes the order back.
void memory_disk_fail_power_after(uint64_t steps);

/// The process ends: nothing is lost, and what it had open is dead. As above, until `memory_disk_go_on`.
void memory_disk_end_process(void);

/// False from the failure on.
bool memory_disk_is_on(void);

/// The next process begins.
void memory_disk_go_on(void);

/// Faults from now on, as a sum of `memory_disk_fault`; 0 heals.
void memory_disk_set_faults(int faults);

/// Flips one bit of a file, on the medium, too.
/// - Returns: the byte's place, or -1 when there is no such file or it is empty.
int64_t memory_disk_flip(const char *path);

/// Writes, syncs, cuts and changes of names so far.
uint64_t memory_disk_steps(void);

/// The number-th file, in no order, and how many bytes it has; nil behind the last. Folders are none.
const char *memory_disk_file(uint64_t number, uint64_t *bytes);

/// The most bytes that were in use at one time since the disk was made.
uint64_t memory_disk_most(void);

/// A number that is another one for another content.
uint64_t memory_disk_digest(void);

/// Bytes of memory that were asked for and not given back.
uint64_t heap_bytes(void);

/// Every job that would go to the runtime's pool of threads goes there from now on.
void global_jobs_go_to(void (*take)(void *job));

#endif
