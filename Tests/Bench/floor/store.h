// What the floor keeps on the medium: readings with their numbers until they are acknowledged. SQLite, WAL, synchronous=FULL.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// A text that grows.
struct text {
    char *bytes;
    size_t length, room;
};

/// Appends bytes.
void text_add(struct text *text, const void *bytes, size_t length);

/// Opens the store, makes it where there is none; ends the program when that fails, as everything here does.
void store_open(const char *path);

/// The highest number ever committed; numbers are never used twice.
int64_t store_last(void);

/// Everything from here to `store_commit` stands on the medium when that returns, or nothing of it.
void store_begin(void);
void store_add(const char *body, size_t length);
void store_delete(int64_t first, int64_t last);
void store_commit(void);

/// Appends at most `limit` readings after a number to the text, as the elements of a batch.
/// @return the last number that was read; `after` when there is none.
int64_t store_read(int64_t after, int limit, struct text *into, int *count);
