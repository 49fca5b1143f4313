// Preloaded, large reads and mappings of files take no memory and no time: holes stay holes.
//
// llama.cpp asks the system to read whole models ahead, which for a sparse file of 40 GB
// would fill main memory with zeros.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdio.h>
#include <sys/mman.h>

extern "C" size_t fread(void * into, size_t size, size_t count, FILE * file) {
    using Real = size_t (*)(void *, size_t, size_t, FILE *);
    static Real real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "fread"));
    if (size * count < 4096 * 1024) return real(into, size, count, file);
    fseeko(file, static_cast<off_t>(size * count), SEEK_CUR);
    return count;
}

extern "C" int posix_madvise(void *, size_t, int) { return 0; }

extern "C" void * mmap(void * at, size_t size, int access, int flags, int file, off_t offset) {
    using Real = void * (*)(void *, size_t, int, int, int, off_t);
    static Real real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "mmap"));
    return real(at, size, access, flags & ~MAP_POPULATE, file, offset);
}
