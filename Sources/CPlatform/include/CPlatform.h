// Kernel facts that Swift's Glibc module does not show.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/// Nanoseconds of CLOCK_BOOTTIME (never steps, counts suspended time).
int64_t cplatform_boottime_ns(void);

/// Nanoseconds of CLOCK_REALTIME.
int64_t cplatform_realtime_ns(void);

/// True while the kernel says that something disciplines the clock: adjtimex(2) is not TIME_ERROR and not STA_UNSYNC.
bool cplatform_clock_synchronised(void);

/// Takes an exclusive advisory lock on an open file without waiting. 0, or the errno.
int cplatform_lock(int descriptor);

/// The pid that /proc/locks names as holder of a lock on this file, or 0 when it does not say.
int cplatform_lock_holder(int descriptor);

/// Sets the calling thread's name (at most 15 characters are kept).
void cplatform_name_thread(const char *name);

#endif
