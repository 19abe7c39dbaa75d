// libmosquitto on the program's one thread: poll(2) on its socket, no thread of its own, no lock.
#include "uplink.h"
#include "store.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    window = 20, // messages in flight, as libmosquitto has it by default
    batch = 500,
    retry_ms = 100,
};

struct range {
    int64_t first, last;
};

struct flight {
    int mid;
    struct range range; // `last` is 0 in a free slot
};

static struct mosquitto *client;
static struct uplink_settings settings;
static struct flight flights[window];
static struct range delivered[window]; // not deleted yet; what is contiguous is one
static int delivered_count;
static bool is_up, was_refused;
static int64_t sent, retry_at_ms;
static char topic[128], head[256];

static void on_connect(struct mosquitto *self, void *context, int reason, int flags, const mosquitto_property *properties)
{
    (void)self, (void)context, (void)flags, (void)properties;
    is_up = reason == 0;
}

static void on_disconnect(struct mosquitto *self, void *context, int reason, const mosquitto_property *properties)
{
    (void)self, (void)context, (void)reason, (void)properties;
    is_up = false;
}

/// False when there is no room for one more range before the next commit.
static bool note_delivered(struct range range)
{
    struct range *newest = delivered_count ? &delivered[delivered_count - 1] : NULL;
    if (newest && newest->last + 1 == range.first) {
        newest->last = range.last;
        return true;
    }
    if (delivered_count == window)
        return false;
    delivered[delivered_count++] = range;
    return true;
}

static void on_publish(struct mosquitto *self, void *context, int mid, int reason, const mosquitto_property *properties)
{
    (void)self, (void)context, (void)properties;
    for (int place = 0; place < window; place++) {
        struct flight *flight = &flights[place];
        if (!flight->range.last || flight->mid != mid)
            continue;
        // Nobody listens, or not allowed: it stays in the store and is sent again, as what finds no room here is.
        if (reason != 0 || !note_delivered(flight->range))
            was_refused = true;
        flight->range.last = 0;
    }
}

void uplink_open(const struct uplink_settings *given)
{
    settings = *given;
    snprintf(topic, sizeof topic, "manhole/v1/%s/readings", settings.gateway);
    snprintf(head, sizeof head,
             "{\"schema\":1,\"gateway\":\"%s\",\"store\":\"6f1c2f0e-55e0-4f3f-9d43-0d8f6a0b7c11\","
             "\"boot\":\"0b5a7f64-9f0e-4f3b-8a0e-0c1f7c9d2e33\",\"after\":",
             settings.gateway);
    mosquitto_lib_init();
    client = mosquitto_new(settings.gateway, true, NULL);
    if (!client || mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5) != 0 ||
        mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1) != 0 ||
        mosquitto_tls_set(client, settings.authority, NULL, settings.certificate, settings.key, NULL) != 0) {
        fprintf(stderr, "floor: cannot prepare the connection\n");
        exit(1);
    }
    mosquitto_connect_v5_callback_set(client, on_connect);
    mosquitto_disconnect_v5_callback_set(client, on_disconnect);
    mosquitto_publish_v5_callback_set(client, on_publish);
}

static void stay_connected(int64_t now_ms)
{
    if (mosquitto_socket(client) >= 0 || now_ms < retry_at_ms)
        return;
    retry_at_ms = now_ms + retry_ms;
    mosquitto_connect(client, "127.0.0.1", settings.port, 15);
}

static struct flight *free_slot(void)
{
    for (int place = 0; place < window; place++) {
        if (!flights[place].range.last)
            return &flights[place];
    }
    return NULL;
}

/// After a refusal: once nothing is on its way any more, all that is left is sent again.
static void begin_again(void)
{
    for (int place = 0; place < window; place++) {
        if (flights[place].range.last)
            return;
    }
    was_refused = false;
    sent = 0;
}

static bool send_batch(struct flight *slot)
{
    static struct text text;
    char after[64];
    int count;
    text.length = 0;
    text_add(&text, head, strlen(head));
    text_add(&text, after, (size_t)snprintf(after, sizeof after, "%lld,\"readings\":[", (long long)sent));
    int64_t last = store_read(sent, batch, &text, &count);
    if (count == 0)
        return false;
    text_add(&text, "]}", 2);
    mosquitto_property *properties = NULL;
    mosquitto_property_add_string(&properties, MQTT_PROP_CONTENT_TYPE, "application/json");
    int result = mosquitto_publish_v5(client, &slot->mid, topic, (int)text.length, text.bytes, 1, false, properties);
    mosquitto_property_free_all(&properties);
    if (result != MOSQ_ERR_SUCCESS)
        return false;
    slot->range = (struct range){.first = sent + 1, .last = last};
    sent = last;
    return true;
}

void uplink_advance(int64_t now_ms)
{
    stay_connected(now_ms);
    if (was_refused)
        begin_again();
    struct flight *slot;
    while (is_up && !was_refused && sent < store_last() && (slot = free_slot()) && send_batch(slot))
        continue;
}

void uplink_wait(int64_t milliseconds)
{
    int socket = mosquitto_socket(client);
    if (socket < 0 && milliseconds > retry_ms)
        milliseconds = retry_ms;
    struct pollfd watched = {.fd = socket, .events = socket >= 0 && mosquitto_want_write(client) ? POLLIN | POLLOUT : POLLIN};
    int ready = poll(&watched, 1, (int)milliseconds);
    if (socket < 0)
        return;
    int result = MOSQ_ERR_SUCCESS;
    if (ready > 0 && watched.revents & (POLLIN | POLLERR | POLLHUP))
        result = mosquitto_loop_read(client, 1);
    if (result == MOSQ_ERR_SUCCESS && ready > 0 && watched.revents & POLLOUT)
        result = mosquitto_loop_write(client, 1);
    if (result == MOSQ_ERR_SUCCESS)
        mosquitto_loop_misc(client);
}

void uplink_free(void)
{
    for (int place = 0; place < delivered_count; place++)
        store_delete(delivered[place].first, delivered[place].last);
    delivered_count = 0;
}
