// The field as the floor sees it: Modbus TCP servers with the same units, read one after the other.
#pragma once

enum { registers_of_a_unit = 10 };

/// Adds a server on loopback with units 1 to `units`; its sensors are called `bBUSuUNIT`.
void field_add(int port, int units);

/// Reads every unit once and puts each value into the store's open transaction. A unit that does not answer is left out.
void field_poll(void);
