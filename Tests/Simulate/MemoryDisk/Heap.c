// Memory of the process, as the C library's allocator counts it; Swift has no name for the call.
#include "MemoryDisk.h"

#include <malloc.h>

uint64_t heap_bytes(void)
{
    struct mallinfo2 figures = mallinfo2();
    return figures.uordblks + figures.hblkhd;
}
