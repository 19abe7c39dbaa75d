// Shows that a simulated chip is a real one to libgpiod: finds it by label, prints its lines, waits for one edge. Compiles
// against both major versions of the library. Exit codes: 0 the edge came, 1 something failed, 2 no edge within ten seconds.
#include <errno.h>
#include <gpiod.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { offset = 3, patience = 10 };

static int fail(const char *what) {
    fprintf(stderr, "smoke: %s: %s\n", what, strerror(errno));
    return 1;
}

static void show(unsigned int line, const char *name, const char *holder) {
    printf("line %2u %-14s %s\n", line, name ? name : "-", holder ? holder : "free");
}

static int announce(void) {
    printf("waiting for an edge on line %d\n", offset);
    fflush(stdout);
    return 0;
}

#ifdef GPIOD_LINE_BULK_MAX_LINES

static int run(const char *label) {
    printf("libgpiod %s, interface 1\n", gpiod_version_string());
    struct gpiod_chip *chip = gpiod_chip_open_by_label(label);
    if (!chip) return fail(label);
    for (unsigned int each = 0; each < gpiod_chip_num_lines(chip); each++) {
        struct gpiod_line *line = gpiod_chip_get_line(chip, each);
        if (!line) return fail("line");
        show(each, gpiod_line_name(line), gpiod_line_is_used(line) ? gpiod_line_consumer(line) : NULL);
    }
    struct gpiod_line *watched = gpiod_chip_get_line(chip, offset);
    if (!watched || gpiod_line_request_both_edges_events(watched, "smoke")) return fail("request");
    announce();
    struct timespec limit = {.tv_sec = patience};
    struct gpiod_line_event event;
    int ready = gpiod_line_event_wait(watched, &limit);
    if (ready < 0) return fail("wait");
    if (ready == 0) return 2;
    if (gpiod_line_event_read(watched, &event)) return fail("read");
    printf("edge %s\n", event.event_type == GPIOD_LINE_EVENT_RISING_EDGE ? "rising" : "falling");
    gpiod_chip_close(chip);
    return 0;
}

#else

static struct gpiod_chip *open_by_label(const char *label) {
    for (int number = 0; number < 64; number++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/gpiochip%d", number);
        struct gpiod_chip *chip = gpiod_is_gpiochip_device(path) ? gpiod_chip_open(path) : NULL;
        struct gpiod_chip_info *info = chip ? gpiod_chip_get_info(chip) : NULL;
        bool fits = info && strcmp(gpiod_chip_info_get_label(info), label) == 0;
        if (info) gpiod_chip_info_free(info);
        if (fits) return chip;
        if (chip) gpiod_chip_close(chip);
    }
    errno = ENOENT;
    return NULL;
}

static struct gpiod_line_request *watch(struct gpiod_chip *chip) {
    unsigned int offsets[] = {offset};
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *request = gpiod_request_config_new();
    if (!settings || !lines || !request) return NULL;
    gpiod_request_config_set_consumer(request, "smoke");
    if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT)) return NULL;
    if (gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH)) return NULL;
    if (gpiod_line_config_add_line_settings(lines, offsets, 1, settings)) return NULL;
    return gpiod_chip_request_lines(chip, request, lines);
}

static int run(const char *label) {
    printf("libgpiod %s, interface 2\n", gpiod_api_version());
    struct gpiod_chip *chip = open_by_label(label);
    struct gpiod_chip_info *info = chip ? gpiod_chip_get_info(chip) : NULL;
    if (!info) return fail(label);
    for (unsigned int each = 0; each < gpiod_chip_info_get_num_lines(info); each++) {
        struct gpiod_line_info *line = gpiod_chip_get_line_info(chip, each);
        if (!line) return fail("line");
        show(each, gpiod_line_info_get_name(line), gpiod_line_info_is_used(line) ? gpiod_line_info_get_consumer(line) : NULL);
        gpiod_line_info_free(line);
    }
    struct gpiod_line_request *watched = watch(chip);
    struct gpiod_edge_event_buffer *events = gpiod_edge_event_buffer_new(1);
    if (!watched || !events) return fail("request");
    announce();
    int ready = gpiod_line_request_wait_edge_events(watched, patience * 1000000000LL);
    if (ready < 0) return fail("wait");
    if (ready == 0) return 2;
    if (gpiod_line_request_read_edge_events(watched, events, 1) != 1) return fail("read");
    struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(events, 0);
    bool rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    printf("edge %s, sequence number %lu\n", rising ? "rising" : "falling", gpiod_edge_event_get_line_seqno(event));
    gpiod_line_request_release(watched);
    gpiod_chip_close(chip);
    return 0;
}

#endif

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: smoke LABEL\n");
        return 64;
    }
    return run(arguments[1]);
}
