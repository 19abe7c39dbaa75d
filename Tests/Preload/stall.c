// Threads that stand still: a call of theirs does not return while a test says so, to the clock or to wait for what comes in.
// STALL names the control file (`struct control`, Tests/EndToEnd/lab/preload.py).
#include "control.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

struct control {
    _Atomic uint32_t call; // which one does not return: 1 clock_gettime, 2 ppoll; 0 none
    _Atomic uint32_t stalled; // calls that did not return at once
    char thread[24];          // the threads' name; after `!` all others
};

static struct control *control;

__attribute__((constructor)) static void start(void) { control = map_control("STALL", sizeof *control); }

static int is_meant(void)
{
    char name[16];
    if (pthread_getname_np(pthread_self(), name, sizeof name) != 0)
        return 0;
    int others = control->thread[0] == '!';
    return (strcmp(name, control->thread + others) == 0) != others;
}

static void stand_still(uint32_t call)
{
    if (!control || control->call != call || !is_meant())
        return;
    control->stalled++;
    struct timespec pause = {0, 50000000};
    while (control->call == call)
        nanosleep(&pause, NULL);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    stand_still(1);
    return NEXT(clock_gettime)(clock, now);
}

int ppoll(struct pollfd *descriptors, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
    stand_still(2);
    return NEXT(ppoll)(descriptors, count, wait, mask);
}
