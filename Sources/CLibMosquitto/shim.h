// The system header, nothing else.
#include <mosquitto.h>
