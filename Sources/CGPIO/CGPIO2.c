// libgpiod API version 2, which Debian 13 has: debounce by the kernel, and sequence numbers.
#define _GNU_SOURCE
#include "CGPIO.h"

#include <gpiod.h>

// There is no version macro; this one exists in version 1 only.
#ifndef GPIOD_LINE_BULK_MAX_LINES

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

struct cgpio_chip {
    struct gpiod_chip *chip;
};

struct cgpio_line {
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *buffer;
    unsigned offset;
};

static int failure(void) { return errno > 0 ? -errno : -EIO; }

const char *cgpio_library_version(void) { return gpiod_api_version(); }

bool cgpio_has_debounce(void) { return true; }

bool cgpio_has_sequence_numbers(void) { return true; }

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
    errno = 0;
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip->chip);
    if (!info)
        return failure();
    snprintf(name, CGPIO_NAME, "%s", gpiod_chip_info_get_name(info));
    snprintf(label, CGPIO_NAME, "%s", gpiod_chip_info_get_label(info));
    int count = (int)gpiod_chip_info_get_num_lines(info);
    gpiod_chip_info_free(info);
    return count;
}

static cgpio_bias bias_of(struct gpiod_line_info *info)
{
    switch (gpiod_line_info_get_bias(info)) {
    case GPIOD_LINE_BIAS_DISABLED: return CGPIO_BIAS_DISABLED;
    case GPIOD_LINE_BIAS_PULL_UP: return CGPIO_BIAS_PULL_UP;
    case GPIOD_LINE_BIAS_PULL_DOWN: return CGPIO_BIAS_PULL_DOWN;
    default: return CGPIO_BIAS_AS_IS;
    }
}

int cgpio_describe(cgpio_chip *chip, unsigned offset, cgpio_description *description)
{
    errno = 0;
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip->chip, offset);
    if (!info)
        return failure();
    const char *name = gpiod_line_info_get_name(info);
    const char *holder = gpiod_line_info_get_consumer(info);
    snprintf(description->name, CGPIO_NAME, "%s", name ? name : "");
    snprintf(description->holder, CGPIO_NAME, "%s", holder ? holder : "");
    description->used = gpiod_line_info_is_used(info);
    description->output = gpiod_line_info_get_direction(info) == GPIOD_LINE_DIRECTION_OUTPUT;
    description->active_low = gpiod_line_info_is_active_low(info);
    description->bias = bias_of(info);
    gpiod_line_info_free(info);
    return 0;
}

static enum gpiod_line_bias bias_for(cgpio_bias bias)
{
    switch (bias) {
    case CGPIO_BIAS_AS_IS: return GPIOD_LINE_BIAS_AS_IS;
    case CGPIO_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    case CGPIO_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIO_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    }
    return GPIOD_LINE_BIAS_AS_IS;
}

// The kernel's request, or NULL with errno set.
static struct gpiod_line_request *request(
    struct gpiod_chip *chip, unsigned offset, const char *consumer, struct gpiod_line_settings *settings)
{
    struct gpiod_line_request *result = NULL;
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *options = gpiod_request_config_new();
    if (lines && options && gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
        gpiod_request_config_set_consumer(options, consumer);
        result = gpiod_chip_request_lines(chip, options, lines);
    }
    int error = errno;
    gpiod_request_config_free(options);
    gpiod_line_config_free(lines);
    errno = error;
    return result;
}

// Takes the settings over.
static int claim(
    cgpio_chip *chip, unsigned offset, const char *consumer, struct gpiod_line_settings *settings, cgpio_line **line)
{
    errno = 0;
    cgpio_line *claimed = calloc(1, sizeof *claimed);
    if (claimed) {
        claimed->offset = offset;
        claimed->buffer = gpiod_edge_event_buffer_new(CGPIO_EVENTS);
        if (claimed->buffer)
            claimed->request = request(chip->chip, offset, consumer, settings);
    }
    int error = failure();
    gpiod_line_settings_free(settings);
    if (claimed && claimed->request) {
        *line = claimed;
        return 0;
    }
    if (claimed)
        gpiod_edge_event_buffer_free(claimed->buffer);
    free(claimed);
    return error;
}

int cgpio_claim_input(
    cgpio_chip *chip, unsigned offset, const char *consumer, cgpio_bias bias, bool active_low, uint32_t debounce,
    cgpio_line **line)
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings)
        return -ENOMEM;
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
    gpiod_line_settings_set_bias(settings, bias_for(bias));
    gpiod_line_settings_set_active_low(settings, active_low);
    gpiod_line_settings_set_debounce_period_us(settings, debounce);
    gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
    return claim(chip, offset, consumer, settings, line);
}

int cgpio_claim_output(
    cgpio_chip *chip, unsigned offset, const char *consumer, cgpio_bias bias, bool active_low, bool active,
    cgpio_line **line)
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings)
        return -ENOMEM;
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
    gpiod_line_settings_set_bias(settings, bias_for(bias));
    gpiod_line_settings_set_active_low(settings, active_low);
    gpiod_line_settings_set_output_value(settings, active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    return claim(chip, offset, consumer, settings, line);
}

void cgpio_release(cgpio_line *line)
{
    gpiod_line_request_release(line->request);
    gpiod_edge_event_buffer_free(line->buffer);
    free(line);
}

int cgpio_level(cgpio_line *line)
{
    errno = 0;
    enum gpiod_line_value level = gpiod_line_request_get_value(line->request, line->offset);
    return level == GPIOD_LINE_VALUE_ERROR ? failure() : level == GPIOD_LINE_VALUE_ACTIVE;
}

int cgpio_set(cgpio_line *line, bool active)
{
    errno = 0;
    enum gpiod_line_value level = active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    return gpiod_line_request_set_value(line->request, line->offset, level) == 0 ? 0 : failure();
}

int cgpio_descriptor(cgpio_line *line) { return gpiod_line_request_get_fd(line->request); }

int cgpio_read(cgpio_line *line, cgpio_event *events)
{
    struct pollfd polled = {.fd = cgpio_descriptor(line), .events = POLLIN};
    int state = poll(&polled, 1, 0);
    if (state <= 0)
        return state == 0 || errno == EINTR ? 0 : -errno;
    if (!(polled.revents & POLLIN))
        return -ENODEV;
    errno = 0;
    int count = gpiod_line_request_read_edge_events(line->request, line->buffer, CGPIO_EVENTS);
    if (count < 0)
        return failure();
    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(line->buffer, (unsigned long)i);
        events[i].time = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
        events[i].sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
        events[i].active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    }
    return count;
}

#endif
