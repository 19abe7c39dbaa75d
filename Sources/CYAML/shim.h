// The system header, nothing else.
#include <yaml.h>
