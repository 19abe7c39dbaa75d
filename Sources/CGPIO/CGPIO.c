// What does not depend on libgpiod's version: clocks, texts, waiting.
#define _GNU_SOURCE
#include "CGPIO.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t cgpio_now(void) { return nanoseconds(CLOCK_BOOTTIME); }

int64_t cgpio_suspended(void)
{
    // The later clock minus the earlier would count the time between the two calls too: the middle of two is fair. Who is
    // interrupted between them tries again; the narrowest pair counts.
    int64_t result = 0, narrowest = INT64_MAX;
    for (int attempt = 0; attempt < 10 && narrowest > 50000; attempt++) {
        int64_t before = nanoseconds(CLOCK_MONOTONIC);
        int64_t boot = nanoseconds(CLOCK_BOOTTIME);
        int64_t after = nanoseconds(CLOCK_MONOTONIC);
        if (after - before >= narrowest)
            continue;
        narrowest = after - before;
        result = boot - (before + narrowest / 2);
    }
    return result;
}

void cgpio_explain(int error, char *text, int size)
{
    char buffer[128];
    snprintf(text, (size_t)size, "%s", strerror_r(error, buffer, sizeof buffer));
}

void cgpio_name_thread(const char *name)
{
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}

int cgpio_waker(void)
{
    int waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return waker < 0 ? -errno : waker;
}

void cgpio_wake(int waker)
{
    // A full counter is a wake-up nobody has taken yet: nothing is lost then.
    uint64_t one = 1;
    ssize_t written = write(waker, &one, sizeof one);
    (void)written;
}

int cgpio_wait(const int *descriptors, bool *ready, int count)
{
    // Linux 6.1 does not wake a poll when a chip goes away, but tells whoever polls again: so it is asked every few seconds.
    int patience = count > 1 ? 5000 : -1;
    struct pollfd polled[256];
    if (count < 1 || count > (int)(sizeof polled / sizeof *polled))
        return -EINVAL;
    for (int i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
    int found;
    while ((found = poll(polled, (nfds_t)count, patience)) <= 0) {
        if (found < 0 && errno != EINTR)
            return -errno;
    }
    // An error or a hang-up is news too: the read that follows says which.
    for (int i = 0; i < count; i++)
        ready[i] = polled[i].revents != 0;
    uint64_t taken;
    ssize_t length = read(descriptors[0], &taken, sizeof taken);
    (void)length;
    return 0;
}
