// The system header, nothing else.
#include <modbus/modbus.h>
