// A wall clock that is wrong, and jumps while the program runs. Nothing else is moved: timers, time-outs and the kernel's own
// clocks go on, so what hangs or fires early stands on the wall clock.
// WALL_CLOCK names the control file (`struct control`, Tests/EndToEnd/lab/preload.py).
#include "control.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

struct control {
    _Atomic int64_t offset_s;
    _Atomic uint32_t unsynced; // whether the kernel says that nothing disciplines the clock
    _Atomic uint32_t asked;    // how often the moved clock was asked for
};

static struct control *control;

__attribute__((constructor)) static void start(void) { control = map_control("WALL_CLOCK", sizeof *control); }

static int64_t offset(void)
{
    if (!control)
        return 0;
    control->asked++;
    return control->offset_s;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = NEXT(clock_gettime)(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI))
        now->tv_sec += offset();
    return result;
}

int gettimeofday(struct timeval *now, void *zone)
{
    int result = NEXT(gettimeofday)(now, zone);
    if (result == 0)
        now->tv_sec += offset();
    return result;
}

time_t time(time_t *kept)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept)
        *kept = now.tv_sec;
    return now.tv_sec;
}

int adjtimex(struct timex *query)
{
    int state = NEXT(adjtimex)(query);
    if (!control || state < 0)
        return state;
    query->status = control->unsynced ? query->status | STA_UNSYNC : query->status & ~STA_UNSYNC;
    return control->unsynced ? TIME_ERROR : TIME_OK;
}
