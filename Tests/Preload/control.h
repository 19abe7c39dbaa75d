// How a test speaks to a preloaded library while the program runs: a small file that both have mapped.
#ifndef PRELOAD_CONTROL_H
#define PRELOAD_CONTROL_H

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/// The function that would have been called without us.
#define NEXT(name)                                        \
    ({                                                    \
        static __typeof__(&name) next;                    \
        if (!next)                                        \
            next = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
        next;                                             \
    })

/// Maps the file that this environment variable names. A test that misspells it must not pass by accident: without it the
/// program ends.
static inline void *map_control(const char *variable, size_t size)
{
    const char *path = getenv(variable);
    int descriptor = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = descriptor < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) {
        fprintf(stderr, "preload: %s names no control file\n", variable);
        abort();
    }
    return mapped;
}

#endif
