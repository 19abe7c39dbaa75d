// libgpiod API version 1, which Debian 12 has: neither debounce nor sequence numbers.
#define _GNU_SOURCE
#include "CGPIO.h"

#include <gpiod.h>

// There is no version macro; this one exists in version 1 only.
#ifdef GPIOD_LINE_BULK_MAX_LINES

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

struct cgpio_chip {
    struct gpiod_chip *chip;
};

struct cgpio_line {
    struct gpiod_line *line;
};

static int failure(void) { return errno > 0 ? -errno : -EIO; }

const char *cgpio_library_version(void) { return gpiod_version_string(); }

bool cgpio_has_debounce(void) { return false; }

bool cgpio_has_sequence_numbers(void) { return false; }

int cgpio_open(const char *path, cgpio_chip **chip)
{
    errno = 0;
    struct gpiod_chip *found = gpiod_chip_open(path);
    if (!found)
        return errno == ENOTTY ? -ENODEV : failure();
    cgpio_chip *opened = malloc(sizeof *opened);
    if (!opened) {
        gpiod_chip_close(found);
        return -ENOMEM;
    }
    opened->chip = found;
    *chip = opened;
    return 0;
}

void cgpio_close(cgpio_chip *chip)
{
    gpiod_chip_close(chip->chip);
    free(chip);
}

int cgpio_identify(cgpio_chip *chip, char *name, char *label)
{
    snprintf(name, CGPIO_NAME, "%s", gpiod_chip_name(chip->chip));
    snprintf(label, CGPIO_NAME, "%s", gpiod_chip_label(chip->chip));
    return (int)gpiod_chip_num_lines(chip->chip);
}

static cgpio_bias bias_of(struct gpiod_line *line)
{
    switch (gpiod_line_bias(line)) {
    case GPIOD_LINE_BIAS_DISABLE: return CGPIO_BIAS_DISABLED;
    case GPIOD_LINE_BIAS_PULL_UP: return CGPIO_BIAS_PULL_UP;
    case GPIOD_LINE_BIAS_PULL_DOWN: return CGPIO_BIAS_PULL_DOWN;
    default: return CGPIO_BIAS_AS_IS;
    }
}

int cgpio_describe(cgpio_chip *chip, unsigned offset, cgpio_description *description)
{
    errno = 0;
    struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);
    // The library keeps what it learned when the line was looked up first: ask the kernel again.
    if (!line || gpiod_line_update(line) != 0)
        return failure();
    const char *name = gpiod_line_name(line);
    const char *holder = gpiod_line_consumer(line);
    snprintf(description->name, CGPIO_NAME, "%s", name ? name : "");
    snprintf(description->holder, CGPIO_NAME, "%s", holder ? holder : "");
    description->used = gpiod_line_is_used(line);
    description->output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    description->active_low = gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW;
    description->bias = bias_of(line);
    return 0;
}

static int flags_of(cgpio_bias bias, bool active_low)
{
    int flags = active_low ? (int)GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    switch (bias) {
    case CGPIO_BIAS_AS_IS: return flags;
    case CGPIO_BIAS_DISABLED: return flags | (int)GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case CGPIO_BIAS_PULL_UP: return flags | (int)GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGPIO_BIAS_PULL_DOWN: return flags | (int)GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    }
    return flags;
}

static int claim(
    cgpio_chip *chip, unsigned offset, const struct gpiod_line_request_config *request, int level, cgpio_line **line)
{
    errno = 0;
    struct gpiod_line *found = gpiod_chip_get_line(chip->chip, offset);
    if (!found || gpiod_line_request(found, request, level) != 0)
        return failure();
    cgpio_line *claimed = malloc(sizeof *claimed);
    if (!claimed) {
        gpiod_line_release(found);
        return -ENOMEM;
    }
    claimed->line = found;
    *line = claimed;
    return 0;
}

int cgpio_claim_input(
    cgpio_chip *chip, unsigned offset, const char *consumer, cgpio_bias bias, bool active_low, uint32_t debounce,
    cgpio_line **line)
{
    if (debounce != 0)
        return -EOPNOTSUPP;
    struct gpiod_line_request_config request = {
        .consumer = consumer,
        .request_type = GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES,
        .flags = flags_of(bias, active_low),
    };
    return claim(chip, offset, &request, 0, line);
}

int cgpio_claim_output(
    cgpio_chip *chip, unsigned offset, const char *consumer, cgpio_bias bias, bool active_low, bool active,
    cgpio_line **line)
{
    struct gpiod_line_request_config request = {
        .consumer = consumer,
        .request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
        .flags = flags_of(bias, active_low),
    };
    return claim(chip, offset, &request, active, line);
}

void cgpio_release(cgpio_line *line)
{
    gpiod_line_release(line->line);
    free(line);
}

int cgpio_level(cgpio_line *line)
{
    errno = 0;
    int level = gpiod_line_get_value(line->line);
    return level < 0 ? failure() : level;
}

int cgpio_set(cgpio_line *line, bool active)
{
    errno = 0;
    return gpiod_line_set_value(line->line, active) == 0 ? 0 : failure();
}

int cgpio_descriptor(cgpio_line *line) { return gpiod_line_event_get_fd(line->line); }

int cgpio_read(cgpio_line *line, cgpio_event *events)
{
    struct gpiod_line_event found[CGPIO_EVENTS];
    struct pollfd polled = {.fd = cgpio_descriptor(line), .events = POLLIN};
    int state = poll(&polled, 1, 0);
    if (state <= 0)
        return state == 0 || errno == EINTR ? 0 : -errno;
    if (!(polled.revents & POLLIN))
        return -ENODEV;
    errno = 0;
    int count = gpiod_line_event_read_fd_multiple(polled.fd, found, CGPIO_EVENTS);
    if (count < 0)
        return failure();
    for (int i = 0; i < count; i++) {
        events[i].time = (int64_t)found[i].ts.tv_sec * 1000000000 + found[i].ts.tv_nsec;
        events[i].sequence = 0;
        events[i].active = found[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
    return count;
}

#endif
