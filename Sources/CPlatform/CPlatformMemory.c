// Memory of the process: how the allocator keeps it, and giving back what only the start needed.
#define _GNU_SOURCE
#include "CPlatform.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void cplatform_keep_memory_small(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

int cplatform_code_was_written(const uintptr_t *dynamic)
{
    for (; dynamic[0] != DT_NULL; dynamic += 2)
        if (dynamic[0] == DT_TEXTREL || (dynamic[0] == DT_FLAGS && dynamic[1] & DF_TEXTREL))
            return 1;
    return 0;
}

static int let_go(struct dl_phdr_info *object, size_t size, void *context)
{
    (void)size, (void)context;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_DYNAMIC)
            continue;
        // Read again from its file, such code would lack what the linker wrote into it.
        if (cplatform_code_was_written((const uintptr_t *)(object->dlpi_addr + segment->p_vaddr)))
            return 0;
    }
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
            continue;
        uintptr_t start = object->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
        start = (start + page - 1) & ~(page - 1);
        end &= ~(page - 1);
        if (start < end)
            madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void cplatform_forget_start(void)
{
    malloc_trim(0);
    dl_iterate_phdr(let_go, NULL);
}
