// Errors of serial lines and TCP connections on demand: what an adapter that dies says, without an adapter.
// PORT_ERRORS names the control file; layout: `struct entry`, sixteen of them (Tests/EndToEnd/lab/preload.py).
#include "control.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { entries = 16, most_descriptors = 4096 };
enum call { none, reading, writing, polling };

/// One line or connection, and what its calls come to now.
struct entry {
    _Atomic uint64_t device; // st_rdev of the line; 0 for a connection
    _Atomic uint32_t port;   // of the far end of a connection
    _Atomic uint32_t call;   // which call fails
    _Atomic uint32_t value;  // the errno, or the revents of a poll
    _Atomic uint32_t failed; // calls that were made to fail
    _Atomic uint32_t late;   // calls on a descriptor after it had failed: it was not closed at once
    _Atomic uint32_t closed; // descriptors that were closed after they had failed
};

static struct entry *table;
static struct entry *_Atomic broken[most_descriptors]; // by descriptor, from its failure to its close

__attribute__((constructor)) static void start(void) { table = map_control("PORT_ERRORS", entries * sizeof *table); }

static uint32_t far_port(int descriptor)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(descriptor, (struct sockaddr *)&peer, &size) != 0)
        return 0;
    // Port and family stand at the same place in both.
    return peer.ss_family == AF_INET || peer.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in *)&peer)->sin_port) : 0;
}

static struct entry *entry_of(int descriptor)
{
    struct stat info;
    if (fstat(descriptor, &info) != 0 || !(S_ISCHR(info.st_mode) || S_ISSOCK(info.st_mode)))
        return NULL;
    uint32_t port = S_ISSOCK(info.st_mode) ? far_port(descriptor) : 0;
    for (int index = 0; index < entries; index++) {
        struct entry *entry = &table[index];
        if (S_ISCHR(info.st_mode) ? entry->device && entry->device == info.st_rdev : port && entry->port == port)
            return entry;
    }
    return NULL;
}

/// What this call on this descriptor comes to: 0 for nothing.
static uint32_t verdict(int descriptor, enum call call)
{
    if (!table || descriptor < 0 || descriptor >= most_descriptors)
        return 0;
    int before = errno;
    struct entry *entry = entry_of(descriptor);
    errno = before;
    if (!entry)
        return 0;
    if (broken[descriptor] == entry)
        entry->late++;
    if (entry->call != call || !entry->value)
        return 0;
    broken[descriptor] = entry;
    entry->failed++;
    return entry->value;
}

static int fails(int descriptor, enum call call)
{
    uint32_t error = verdict(descriptor, call);
    if (error)
        errno = (int)error;
    return error != 0;
}

ssize_t read(int descriptor, void *buffer, size_t size)
{
    return fails(descriptor, reading) ? -1 : NEXT(read)(descriptor, buffer, size);
}

ssize_t recv(int descriptor, void *buffer, size_t size, int flags)
{
    return fails(descriptor, reading) ? -1 : NEXT(recv)(descriptor, buffer, size, flags);
}

ssize_t write(int descriptor, const void *buffer, size_t size)
{
    return fails(descriptor, writing) ? -1 : NEXT(write)(descriptor, buffer, size);
}

ssize_t send(int descriptor, const void *buffer, size_t size, int flags)
{
    return fails(descriptor, writing) ? -1 : NEXT(send)(descriptor, buffer, size, flags);
}

/// The end of a line is seen at once, and nothing else with it.
int ppoll(struct pollfd *watched, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
    uint32_t events = count == 1 ? verdict(watched[0].fd, polling) : 0;
    if (!events)
        return NEXT(ppoll)(watched, count, wait, mask);
    watched[0].revents = (short)events;
    return 1;
}

int close(int descriptor)
{
    if (descriptor >= 0 && descriptor < most_descriptors) {
        struct entry *entry = atomic_exchange(&broken[descriptor], NULL);
        if (entry)
            entry->closed++;
    }
    return NEXT(close)(descriptor);
}
