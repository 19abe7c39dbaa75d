// The floor: what the daemon's main job costs when a C program does it and nothing else. Poll, store, send, delete on PUBACK;
// survives an outage and SIGKILL with what is committed. No quality, no alarms, no configuration: see docs/performance.md.
#include "field.h"
#include "store.h"
#include "uplink.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile sig_atomic_t is_over;

static void end(int signal)
{
    (void)signal;
    is_over = 1;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/// Everything once: the readings of this round come in and the acknowledged ones go, in one commit.
static void cycle(void)
{
    store_begin();
    uplink_free();
    field_poll();
    store_commit();
}

static void work(int64_t every_us)
{
    int64_t due = now_us();
    while (!is_over) {
        int64_t now = now_us();
        if (now >= due) {
            cycle();
            now = now_us();
            due += every_us;
            if (due < now) // a round that took too long: those that are over are left out, as the daemon does
                due += every_us ? (now - due + every_us - 1) / every_us * every_us : now - due;
        }
        uplink_advance(now / 1000);
        now = now_us();
        uplink_wait(due > now ? (due - now + 999) / 1000 : 0);
    }
}

int main(int count, char **arguments)
{
    if (count < 10) {
        fprintf(stderr, "usage: floor STORE GATEWAY EVERY_MS BROKER_PORT CA CERTIFICATE KEY UNITS PORT...\n");
        return 64;
    }
    signal(SIGTERM, end);
    signal(SIGPIPE, SIG_IGN);
    store_open(arguments[1]);
    struct uplink_settings settings = {
        .gateway = arguments[2], .port = atoi(arguments[4]), .authority = arguments[5], .certificate = arguments[6],
        .key = arguments[7],
    };
    uplink_open(&settings);
    for (int place = 9; place < count; place++)
        field_add(atoi(arguments[place]), atoi(arguments[8]));
    work((int64_t)atoi(arguments[3]) * 1000);
    return 0;
}
