// The door to libmodbus: it opens, frames and sends; receiving is here, because its own has no total deadline.
// Every function that can fail returns -errno, taken where the failure happened.
#ifndef CMODBUS_H
#define CMODBUS_H

#include <stdint.h>

/// An open line or connection.
typedef struct cmodbus cmodbus;

/// Nanoseconds of CLOCK_BOOTTIME.
int64_t cmodbus_now(void);

/// Opens a serial line, 8 data bits. `parity` is 'N', 'E' or 'O'. -EINVAL for a speed libmodbus does not know
/// (it would silently take 9600).
int cmodbus_open_serial(const char *device, int baud, char parity, int stop_bits, cmodbus **line);

/// Connects to a Modbus TCP server, or to a tunnel of a serial line, within `timeout` nanoseconds for each address the name
/// has; looking a name up takes as long as the system's resolver takes.
int cmodbus_open_tcp(const char *host, const char *service, int64_t timeout, cmodbus **line);

/// The file descriptor; it belongs to `line`.
int cmodbus_descriptor(const cmodbus *line);

/// Sends one frame. Serial: unit and PDU, libmodbus adds the checksum. Socket: the whole frame, on libmodbus's socket: with
/// its MBAP header, because libmodbus 3.1.6 sends every raw request with transaction id 0 and gives no way to set it; or,
/// through a tunnel, with its checksum, because an RTU context that was given a socket (modbus_set_socket) sends by plain
/// write(2), which raises SIGPIPE when the peer is gone.
/// 0, or -errno. Never raises SIGPIPE.
int cmodbus_send(cmodbus *line, const uint8_t *frame, int length);

/// Waits for bytes until `deadline` (CLOCK_BOOTTIME) and reads what there is. Their number, 0 when the deadline has
/// passed, -errno when the line is gone (-ECONNRESET for an orderly end). A deadline in the past only looks.
int cmodbus_receive(cmodbus *line, uint8_t *buffer, int capacity, int64_t deadline);

/// Closes the line and frees it.
void cmodbus_close(cmodbus *line);

/// The error in words.
void cmodbus_explain(int error, char *buffer, int capacity);

#endif
