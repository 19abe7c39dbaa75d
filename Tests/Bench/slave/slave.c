// The slave of the bench: Modbus TCP units whose registers never show a value twice, so cheap that it is not what is measured.
// Every reply is noted with its time in a file that the bench reads while we write it; layout: `struct book` and `struct entry`.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
    most_buses = 16,
    most_connections = 64,
    most_entries = 4 * 1000 * 1000,
    request_size = 12, // MBAP header, function, address, count
    most_registers = 125,
};

/// What one reply served: `first` is how many words its unit had served before. Word i of it is `word_at(bus, unit, first + i)`.
struct entry {
    int64_t time_ns; // CLOCK_REALTIME, just before the reply was written
    uint16_t bus, unit;
    uint32_t first;
    uint16_t address, count;
    uint32_t unused;
};

struct book {
    _Atomic uint64_t entries;
    uint64_t unused[7];
    struct entry entry[];
};

struct connection {
    int socket, bus;
    size_t filled;
    uint8_t buffer[1024];
};

static struct book *book;
static uint32_t served[most_buses][256];
static struct connection connections[most_connections];
static int listeners[most_buses], poller;

static uint16_t word_at(unsigned bus, unsigned unit, uint32_t number)
{
    return (uint16_t)(bus * 4999 + unit * 1009 + number);
}

static void stop_unless(bool fine, const char *what)
{
    if (fine)
        return;
    perror(what);
    exit(1);
}

static void note(unsigned bus, unsigned unit, uint16_t address, uint16_t count)
{
    uint64_t number = atomic_load_explicit(&book->entries, memory_order_relaxed);
    if (number >= most_entries) {
        fprintf(stderr, "slave: the book is full after %u replies\n", (unsigned)number);
        exit(1);
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    book->entry[number] = (struct entry){
        .time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec, .bus = (uint16_t)bus, .unit = (uint16_t)unit,
        .first = served[bus][unit], .address = address, .count = count,
    };
    atomic_store_explicit(&book->entries, number + 1, memory_order_release);
}

/// Answers one request; only function 3 is known, everything else gets exception 1 and is not noted.
static bool answer(struct connection *connection, const uint8_t *request)
{
    uint8_t reply[9 + 2 * most_registers];
    unsigned unit = request[6], bus = (unsigned)connection->bus;
    uint16_t address = (uint16_t)(request[8] << 8 | request[9]), count = (uint16_t)(request[10] << 8 | request[11]);
    bool known = request[7] == 3 && count > 0 && count <= most_registers;
    size_t length = known ? 9 + 2 * (size_t)count : 9;
    memcpy(reply, request, 8);
    reply[4] = (uint8_t)((length - 6) >> 8);
    reply[5] = (uint8_t)(length - 6);
    reply[8] = known ? (uint8_t)(2 * count) : 1;
    if (known) {
        note(bus, unit, address, count);
        for (unsigned place = 0; place < count; place++) {
            uint16_t word = word_at(bus, unit, served[bus][unit]++);
            reply[9 + 2 * place] = (uint8_t)(word >> 8);
            reply[10 + 2 * place] = (uint8_t)word;
        }
    } else {
        reply[7] |= 0x80;
    }
    return send(connection->socket, reply, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static void forget(struct connection *connection)
{
    close(connection->socket);
    connection->socket = -1;
}

static void converse(struct connection *connection)
{
    ssize_t got = recv(connection->socket, connection->buffer + connection->filled,
                       sizeof connection->buffer - connection->filled, 0);
    if (got <= 0) {
        forget(connection);
        return;
    }
    connection->filled += (size_t)got;
    size_t used = 0;
    for (; connection->filled - used >= request_size; used += request_size) {
        if (!answer(connection, connection->buffer + used)) {
            forget(connection);
            return;
        }
    }
    memmove(connection->buffer, connection->buffer + used, connection->filled - used);
    connection->filled -= used;
}

static void welcome(int bus)
{
    int socket = accept4(listeners[bus], NULL, NULL, SOCK_CLOEXEC);
    for (unsigned place = 0; socket >= 0 && place < most_connections; place++) {
        if (connections[place].socket >= 0)
            continue;
        int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections[place] = (struct connection){.socket = socket, .bus = bus};
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = most_buses + place};
        stop_unless(epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) == 0, "slave: epoll_ctl");
        return;
    }
    if (socket >= 0)
        close(socket);
}

/// Listens on a loopback port of the system's choice and prints its number.
static void open_bus(int bus)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    listeners[bus] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    stop_unless(bind(listeners[bus], (struct sockaddr *)&address, size) == 0 && listen(listeners[bus], 16) == 0 &&
                    getsockname(listeners[bus], (struct sockaddr *)&address, &size) == 0,
                "slave: listen");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)bus};
    stop_unless(epoll_ctl(poller, EPOLL_CTL_ADD, listeners[bus], &event) == 0, "slave: epoll_ctl");
    printf("%s%u", bus ? " " : "", ntohs(address.sin_port));
}

static void open_book(const char *path)
{
    size_t size = sizeof *book + (size_t)most_entries * sizeof(struct entry);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    stop_unless(file >= 0 && ftruncate(file, (off_t)size) == 0, path);
    book = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    stop_unless(book != MAP_FAILED, "slave: mmap");
    close(file);
}

int main(int count, char **arguments)
{
    int buses = count == 3 ? atoi(arguments[1]) : 0;
    if (buses < 1 || buses > most_buses) {
        fprintf(stderr, "usage: slave BUSES BOOK\nServes Modbus TCP on that many loopback ports, printed in one line.\n");
        return 64;
    }
    open_book(arguments[2]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned place = 0; place < most_connections; place++)
        connections[place].socket = -1;
    for (int bus = 0; bus < buses; bus++)
        open_bus(bus);
    puts("");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[32];
        int ready = epoll_wait(poller, events, 32, -1);
        stop_unless(ready >= 0 || errno == EINTR, "slave: epoll_wait");
        for (int index = 0; index < ready; index++) {
            uint32_t place = events[index].data.u32;
            if (place < most_buses)
                welcome((int)place);
            else
                converse(&connections[place - most_buses]);
        }
    }
}
