// Ten holding registers of each unit in one request; each value becomes the JSON that the daemon makes of it.
#include "field.h"
#include "store.h"

#include <errno.h>
#include <modbus.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <time.h>

enum { most_buses = 16 };

static struct bus {
    modbus_t *line;
    int units;
    bool is_open;
} buses[most_buses];
static int bus_count;
static bool is_synced;

void field_add(int port, int units)
{
    if (bus_count == most_buses) {
        fprintf(stderr, "floor: more than %d servers\n", most_buses);
        exit(64);
    }
    modbus_t *line = modbus_new_tcp("127.0.0.1", port);
    if (!line)
        abort();
    modbus_set_response_timeout(line, 0, 500000);
    buses[bus_count++] = (struct bus){.line = line, .units = units};
}

/// UTC with milliseconds; the part above them is worked out once a second.
static void write_time(char text[48])
{
    static char second[24];
    static time_t written;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != written) {
        struct tm parts;
        gmtime_r(&now.tv_sec, &parts);
        strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &parts);
        written = now.tv_sec;
    }
    snprintf(text, 48, "%s.%03ldZ", second, now.tv_nsec / 1000000);
}

/// How far the time may be believed, as the contract wants it said: without a synchronised clock with the time since boot.
static void write_clock(char text[64])
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    if (is_synced)
        snprintf(text, 64, "\"synced\"");
    else
        snprintf(text, 64, "\"unsynced\",\"monotonic_ms\":%lld", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static void keep(int bus, int unit, const uint16_t *words)
{
    char time[48], clock[64], body[400];
    write_time(time);
    write_clock(clock);
    for (int place = 0; place < registers_of_a_unit; place++) {
        int length = snprintf(
            body, sizeof body,
            "\"cover\":\"3205820102048001\",\"sensor\":\"b%du%d\",\"channel\":\"c%d\",\"quantity\":\"raw\",\"unit\":\"1\","
            "\"value\":%u.0,\"quality\":\"good\",\"time\":\"%s\",\"clock\":%s,\"origin\":\"field\"",
            bus, unit, place, (unsigned)words[place], time, clock);
        store_add(body, (size_t)length);
    }
}

static void poll_bus(int number)
{
    struct bus *bus = &buses[number];
    for (int unit = 1; unit <= bus->units; unit++) {
        uint16_t words[registers_of_a_unit];
        if (!bus->is_open && modbus_connect(bus->line) != 0)
            return;
        bus->is_open = true;
        modbus_set_slave(bus->line, unit);
        if (modbus_read_registers(bus->line, 0, registers_of_a_unit, words) == registers_of_a_unit) {
            keep(number, unit, words);
            continue;
        }
        fprintf(stderr, "floor: unit %d: %s\n", unit, modbus_strerror(errno));
        modbus_close(bus->line);
        bus->is_open = false;
    }
}

void field_poll(void)
{
    struct timex state = {0};
    is_synced = ntp_adjtime(&state) != TIME_ERROR;
    for (int bus = 0; bus < bus_count; bus++)
        poll_bus(bus);
}
