// The system header, nothing else.
#include <sqlite3.h>
