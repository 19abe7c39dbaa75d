// One table, one connection, five prepared statements.
#include "store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *database;
static sqlite3_stmt *begin, *commit, *insert, *erase, *some;
static int64_t last;

static void demand(int result, int wanted, const char *what)
{
    if (result == wanted)
        return;
    fprintf(stderr, "floor: store: %s: %s\n", what, database ? sqlite3_errmsg(database) : sqlite3_errstr(result));
    exit(1);
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    demand(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK, sql);
    return statement;
}

static void run(sqlite3_stmt *statement)
{
    demand(sqlite3_step(statement), SQLITE_DONE, sqlite3_sql(statement));
    sqlite3_reset(statement);
}

void text_add(struct text *text, const void *bytes, size_t length)
{
    if (text->length + length > text->room) {
        text->room = (text->length + length) * 2;
        text->bytes = realloc(text->bytes, text->room);
        if (!text->bytes)
            abort();
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void store_open(const char *path)
{
    demand(sqlite3_open(path, &database), SQLITE_OK, path);
    // The daemon's settings for the file, so that the same is asked of the medium.
    const char *settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=256;"
                           "PRAGMA journal_size_limit=4194304;"
                           "CREATE TABLE IF NOT EXISTS readings (seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)";
    demand(sqlite3_exec(database, settings, NULL, NULL, NULL), SQLITE_OK, "open");
    begin = prepared("BEGIN IMMEDIATE");
    commit = prepared("COMMIT");
    insert = prepared("INSERT INTO readings (body) VALUES (?)");
    erase = prepared("DELETE FROM readings WHERE seq BETWEEN ? AND ?");
    some = prepared("SELECT seq, body FROM readings WHERE seq > ? ORDER BY seq LIMIT ?");
    sqlite3_stmt *highest = prepared("SELECT max(seq) FROM sqlite_sequence");
    demand(sqlite3_step(highest), SQLITE_ROW, "the last number");
    last = sqlite3_column_int64(highest, 0);
    sqlite3_finalize(highest);
}

int64_t store_last(void) { return last; }

void store_begin(void) { run(begin); }

void store_add(const char *body, size_t length)
{
    sqlite3_bind_blob(insert, 1, body, (int)length, SQLITE_STATIC);
    run(insert);
    last = sqlite3_last_insert_rowid(database);
}

void store_delete(int64_t first, int64_t through)
{
    sqlite3_bind_int64(erase, 1, first);
    sqlite3_bind_int64(erase, 2, through);
    run(erase);
}

void store_commit(void) { run(commit); }

int64_t store_read(int64_t after, int limit, struct text *into, int *count)
{
    sqlite3_bind_int64(some, 1, after);
    sqlite3_bind_int(some, 2, limit);
    int result;
    for (*count = 0; (result = sqlite3_step(some)) == SQLITE_ROW; (*count)++) {
        char head[40];
        after = sqlite3_column_int64(some, 0);
        int length = snprintf(head, sizeof head, "%s{\"seq\":%lld,", *count ? "," : "", (long long)after);
        text_add(into, head, (size_t)length);
        text_add(into, sqlite3_column_blob(some, 1), (size_t)sqlite3_column_bytes(some, 1));
        text_add(into, "}", 1);
    }
    demand(result, SQLITE_DONE, "read");
    sqlite3_reset(some);
    return after;
}
