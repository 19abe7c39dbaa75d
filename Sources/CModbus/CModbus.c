#define _GNU_SOURCE
#include "CModbus.h"

#include <errno.h>
#include <modbus/modbus.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct cmodbus {
    modbus_t *context;
    bool serial;
};

int64_t cmodbus_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Frees what could not be opened and passes the error on.
static int give_up(modbus_t *context, int error)
{
    modbus_close(context);
    modbus_free(context);
    return -error;
}

static int finish(modbus_t *context, bool serial, cmodbus **line)
{
    cmodbus *opened = malloc(sizeof *opened);
    if (!opened)
        return give_up(context, ENOMEM);
    opened->context = context;
    opened->serial = serial;
    *line = opened;
    return 0;
}

int cmodbus_open_serial(const char *device, int baud, char parity, int stop_bits, cmodbus **line)
{
    errno = EINVAL;
    modbus_t *context = modbus_new_rtu(device, baud, parity, 8, stop_bits);
    if (!context)
        return -errno;
    errno = EIO;
    if (modbus_connect(context) != 0) {
        int error = errno;
        modbus_free(context);
        return -error;
    }
    struct termios settings;
    if (tcgetattr(modbus_get_socket(context), &settings) != 0)
        return give_up(context, errno);
    if (baud != 9600 && cfgetospeed(&settings) == B9600)
        return give_up(context, EINVAL);
    // What came before nobody here has asked for, and when it came cannot be known any more.
    if (tcflush(modbus_get_socket(context), TCIFLUSH) != 0)
        return give_up(context, errno);
    return finish(context, true, line);
}

// Errors above this are those of getaddrinfo(3), which are negative.
enum { lookup_errors = 100000 };

// Bounds name look-up on this thread: the resolver's own settings allow half a minute with silent name servers.
static void bound_resolver(void)
{
    res_init();
    _res.retrans = 1;
    _res.retry = 1;
}

int cmodbus_open_tcp(const char *host, const char *service, int64_t timeout, cmodbus **line)
{
    errno = EINVAL;
    modbus_t *context = modbus_new_tcp_pi(host, service);
    if (!context)
        return -errno;
    bound_resolver();
    // libmodbus reports a name that does not resolve as a refused connection.
    struct addrinfo *found = NULL;
    struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    int lookup = getaddrinfo(host, service, &wanted, &found);
    if (lookup != 0) {
        modbus_free(context);
        return -(lookup_errors - lookup);
    }
    freeaddrinfo(found);
    errno = EIO;
    if (modbus_set_response_timeout(context, timeout / 1000000000, timeout % 1000000000 / 1000) != 0 ||
        modbus_connect(context) != 0) {
        int error = errno;
        modbus_free(context);
        return -error;
    }
    return finish(context, false, line);
}

int cmodbus_descriptor(const cmodbus *line) { return modbus_get_socket(line->context); }

int cmodbus_send(cmodbus *line, const uint8_t *frame, int length)
{
    errno = EIO;
    if (line->serial)
        return modbus_send_raw_request(line->context, frame, length) < 0 ? -errno : 0;
    ssize_t sent;
    do {
        sent = send(cmodbus_descriptor(line), frame, length, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    // A socket that cannot take one frame is as good as broken, and half a frame must not be followed by another.
    return sent == length ? 0 : sent < 0 ? -errno : -EPIPE;
}

int cmodbus_receive(cmodbus *line, uint8_t *buffer, int capacity, int64_t deadline)
{
    bool looked = false;
    for (;;) {
        int64_t left = deadline - cmodbus_now();
        if (left <= 0 && looked)
            return 0;
        looked = true;
        if (left < 0)
            left = 0;
        struct timespec wait = {left / 1000000000, left % 1000000000};
        struct pollfd query = {cmodbus_descriptor(line), POLLIN, 0};
        int ready = ppoll(&query, 1, &wait, NULL);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready <= 0)
            continue;
        if (query.revents & POLLIN) {
            ssize_t count = read(query.fd, buffer, capacity);
            if (count > 0)
                return (int)count;
            // The end of the file: the adapter was pulled out, or the peer has closed.
            if (count == 0)
                return line->serial ? -ENODEV : -ECONNRESET;
            if (errno != EAGAIN && errno != EINTR)
                return -errno;
        } else if (query.revents & POLLNVAL) {
            return -EBADF;
        } else {
            return -EIO;
        }
    }
}

void cmodbus_close(cmodbus *line)
{
    modbus_close(line->context);
    modbus_free(line->context);
    free(line);
}

void cmodbus_explain(int error, char *buffer, int capacity)
{
    char text[128];
    // libmodbus's own numbers lie far above errno's.
    const char *words = error > lookup_errors + 1000 ? modbus_strerror(error)
                        : error > lookup_errors      ? gai_strerror(lookup_errors - error)
                                                     : strerror_r(error, text, sizeof text);
    snprintf(buffer, capacity, "%s", words);
}
