#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t cplatform_boottime_ns(void) { return nanoseconds(CLOCK_BOOTTIME); }

int64_t cplatform_realtime_ns(void) { return nanoseconds(CLOCK_REALTIME); }

bool cplatform_clock_synchronised(void)
{
    struct timex query;
    memset(&query, 0, sizeof query);
    int state = adjtimex(&query);
    return state >= 0 && state != TIME_ERROR && !(query.status & STA_UNSYNC);
}

int cplatform_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno; }

void cplatform_unlock(int descriptor) { flock(descriptor, LOCK_UN); }

int cplatform_lock_holder(int descriptor)
{
    struct stat info;
    if (fstat(descriptor, &info) != 0)
        return 0;
    FILE *locks = fopen("/proc/locks", "re");
    if (!locks)
        return 0;
    char line[256];
    int holder = 0;
    while (!holder && fgets(line, sizeof line, locks)) {
        char kind[16], mode[16], access[16];
        unsigned major, minor;
        unsigned long inode;
        int pid;
        if (sscanf(line, "%*d: %15s %15s %15s %d %x:%x:%lu", kind, mode, access, &pid, &major, &minor, &inode) == 7 &&
            strcmp(kind, "FLOCK") == 0 && inode == (unsigned long)info.st_ino && major == major(info.st_dev) &&
            minor == minor(info.st_dev))
            holder = pid;
    }
    fclose(locks);
    return holder;
}

void cplatform_name_thread(const char *name)
{
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}

int cplatform_signal_descriptor(const int *signals, int count)
{
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++)
        sigaddset(&set, signals[index]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int cplatform_next_signal(int descriptor)
{
    struct signalfd_siginfo info;
    ssize_t size = read(descriptor, &info, sizeof info);
    return size == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int cplatform_datagram_socket(void)
{
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 1};
    if (descriptor >= 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return descriptor;
}

int cplatform_send_datagram(int descriptor, const char *path, const void *content, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length < 2 || (path[0] != '/' && path[0] != '@'))
        return EINVAL;
    if (length > sizeof address.sun_path)
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@')
        address.sun_path[0] = 0;
    // Not a byte more than the name: what follows would be part of an abstract one.
    socklen_t all = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return sendto(descriptor, content, size, MSG_NOSIGNAL, (struct sockaddr *)&address, all) < 0 ? errno : 0;
}
