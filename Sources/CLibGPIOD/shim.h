// The system header, nothing else.
#include <gpiod.h>
