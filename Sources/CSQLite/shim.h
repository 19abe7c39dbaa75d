// The system header, and the one call that Swift cannot make because it takes as many arguments as one likes.
#include <sqlite3.h>

/// Leaves the write-ahead log as it is when the connection is closed; otherwise the last connection writes it into the file and
/// deletes it.
static inline int sqlite3_keep_log_on_close(sqlite3 *handle)
{
    return sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
