// Tasks that belong to nobody, and wake-ups of the runtime's own, go where the simulation wants them. The runtime has a hook for
// that in front of its pool of threads.
// Source: swift, include/swift/Runtime/Concurrency.h, swift_task_enqueueGlobal_hook.
#include "MemoryDisk.h"

extern void *swift_task_enqueueGlobal_hook;
static void (*taker)(void *job);

static __attribute__((swiftcall)) void enqueue(void *job, void *original)
{
    (void)original;
    taker(job);
}

void global_jobs_go_to(void (*take)(void *job))
{
    taker = take;
    swift_task_enqueueGlobal_hook = (void *)enqueue;
}
