// Kernel facts that Swift's Glibc module does not show.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Nanoseconds of CLOCK_BOOTTIME (never steps, counts suspended time).
int64_t cplatform_boottime_ns(void);

/// Nanoseconds of CLOCK_REALTIME.
int64_t cplatform_realtime_ns(void);

/// True while the kernel says that something disciplines the clock: adjtimex(2) is not TIME_ERROR and not STA_UNSYNC.
bool cplatform_clock_synchronised(void);

/// Takes an exclusive advisory lock on an open file without waiting. 0, or the errno.
int cplatform_lock(int descriptor);

/// Gives the lock up, whoever else has the same open file.
void cplatform_unlock(int descriptor);

/// The pid that /proc/locks names as holder of a lock on this file, or 0 when it does not say.
int cplatform_lock_holder(int descriptor);

/// Sets the calling thread's name (at most 15 characters are kept).
void cplatform_name_thread(const char *name);

/// Blocks these signals for the calling thread and makes a descriptor that can be polled for them: non-blocking, closed on
/// exec. The descriptor, or -1 with errno.
int cplatform_signal_descriptor(const int *signals, int count);

/// The next signal of such a descriptor, or 0 when none waits.
int cplatform_next_signal(int descriptor);

/// A socket for datagrams to other processes of this machine, closed on exec. The descriptor, or -1 with errno.
int cplatform_datagram_socket(void);

/// Sends a datagram to a socket's path, where a leading `@` stands for an abstract name (unix(7)). Waits at most a second for
/// room. 0, or the errno.
int cplatform_send_datagram(int descriptor, const char *path, const void *content, size_t size);

/// Fewer allocator arenas than threads, and no memory given back that the next second asks for again.
void cplatform_keep_memory_small(void);

/// Gives free heap back, and unmaps the pages of programs and libraries that nothing can have written to. What is needed of
/// them again comes from the page cache.
void cplatform_forget_start(void);

/// Whether the dynamic linker wrote into the code of a program or library (ELF: DT_TEXTREL, DF_TEXTREL): pages that have to stay.
/// `dynamic` is its dynamic section: pairs of a tag and a value, up to the tag 0.
int cplatform_code_was_written(const uintptr_t *dynamic);

#endif
