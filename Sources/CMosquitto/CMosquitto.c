// One MQTT 5 connection, from open to closed, on one thread. The thread owns the libmosquitto handle: it alone connects,
// reads, writes and destroys; other threads only queue a PUBLISH or ask for the end, and wake it through an eventfd.
#define _GNU_SOURCE
#include "CMosquittoConnection.h"

#include <errno.h>
#include <linux/tcp.h>
#include <mqtt_protocol.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum request { none, graceful, drop, broken };

enum {
    longest_wait_ms = 1000, // libmosquitto looks at its keep-alive this often
    farewell_ms = 2000,     // for DISCONNECT to leave, then the line is dropped
};

// MARK: - Lifetime

int64_t cmosquitto_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool copy(const char **text)
{
    if (!*text)
        return true;
    *text = strdup(*text);
    return *text != NULL;
}

static bool copy_config(cmosquitto_config *config)
{
    const char **texts[] = {
        &config->host, &config->authority_file, &config->certificate_file, &config->key_file, &config->username,
        &config->password_file, &config->client_id, &config->will.topic, &config->will.content_type, &config->subscription,
    };
    bool complete = true;
    for (size_t index = 0; index < sizeof texts / sizeof *texts; index++)
        complete = copy(texts[index]) && complete;
    uint8_t *payload = malloc(config->will.length + 1);
    if (payload && config->will.length)
        memcpy(payload, config->will.payload, config->will.length);
    config->will.payload = payload;
    return complete && payload;
}

static void release_last(cmosquitto *self)
{
    if (atomic_fetch_sub(&self->owners, 1) != 1)
        return;
    const cmosquitto_config *config = &self->config;
    const void *texts[] = {
        config->host, config->authority_file, config->certificate_file, config->key_file, config->username,
        config->password_file, config->client_id, config->will.topic, config->will.content_type, config->will.payload,
        config->subscription,
    };
    for (size_t index = 0; index < sizeof texts / sizeof *texts; index++)
        free((void *)texts[index]);
    if (self->wake >= 0)
        close(self->wake);
    pthread_mutex_destroy(&self->mutex);
    free(self);
}

/// Only with the mutex held.
static void wake_thread(cmosquitto *self)
{
    if (self->wake >= 0)
        eventfd_write(self->wake, 1);
}

// MARK: - The thread

/// True once TCP stands, or has stood: a broker may answer and reset the line before we look. Records the failure otherwise.
static bool settle_tcp(cmosquitto *self, int socket)
{
    struct tcp_info info = {0};
    socklen_t info_size = sizeof info;
    getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &info_size);
    self->tcp_up = info.tcpi_bytes_acked > 0; // the SYN counts as one
    if (self->tcp_up)
        return true;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    // Zero: the TLS layer has taken the error already.
    cmosquitto_explain_connect(self, MOSQ_ERR_ERRNO, error ? error : ECONNREFUSED);
    return false;
}

static void deliver_refusals(cmosquitto *self)
{
    pthread_mutex_lock(&self->mutex);
    struct refusal *refusal = self->refusals;
    self->refusals = NULL;
    pthread_mutex_unlock(&self->mutex);
    while (refusal) {
        struct refusal *next = refusal->next;
        self->events.acknowledged(self->events.context, refusal->token, refusal->reason);
        free(refusal);
        refusal = next;
    }
}

static void obey(cmosquitto *self)
{
    int request = atomic_load(&self->request);
    bool farewell = request == graceful && atomic_load(&self->up);
    if (request == none || (request == graceful && self->leaving))
        return;
    if (request == broken) {
        cmosquitto_fail(self, cmosquitto_lost, "connection dropped: the MQTT library could not take a message");
    } else if (!farewell) {
        cmosquitto_fail(self, cmosquitto_stopped, "stopped by the gateway");
    } else {
        self->leaving = true;
        atomic_store(&self->up, false);
        self->deadline_ms = cmosquitto_now_ms() + farewell_ms;
        int result = mosquitto_disconnect_v5(self->handle, MQTT_RC_NORMAL_DISCONNECTION, NULL);
        if (result != MOSQ_ERR_SUCCESS)
            cmosquitto_explain(self, result, errno);
    }
}

static void work(cmosquitto *self, short ready)
{
    int result = MOSQ_ERR_SUCCESS;
    errno = 0;
    // Reading goes first: a broker that breaks off has written its reason before.
    if (ready & (POLLIN | POLLERR | POLLHUP))
        result = mosquitto_loop_read(self->handle, 1);
    if (result == MOSQ_ERR_SUCCESS && ready & POLLOUT && mosquitto_socket(self->handle) >= 0)
        result = mosquitto_loop_write(self->handle, 1);
    if (result == MOSQ_ERR_SUCCESS && mosquitto_socket(self->handle) >= 0)
        result = mosquitto_loop_misc(self->handle);
    int error = errno;
    if (result != MOSQ_ERR_SUCCESS || mosquitto_socket(self->handle) < 0)
        cmosquitto_explain(self, result, error);
}

static void converse(cmosquitto *self)
{
    while (!self->failed) {
        obey(self);
        deliver_refusals(self);
        int64_t left = self->deadline_ms ? self->deadline_ms - cmosquitto_now_ms() : longest_wait_ms;
        if (left <= 0)
            cmosquitto_explain_deadline(self);
        if (self->failed)
            return;
        int socket = mosquitto_socket(self->handle);
        bool writing = !self->tcp_up || mosquitto_want_write(self->handle);
        struct pollfd watched[2] = {
            {.fd = socket, .events = writing ? POLLIN | POLLOUT : POLLIN},
            {.fd = self->wake, .events = POLLIN},
        };
        int count = poll(watched, 2, (int)(left < longest_wait_ms ? left : longest_wait_ms));
        if (count < 0 && errno != EINTR)
            cmosquitto_fail(self, cmosquitto_lost, "poll: error %d", errno);
        if (count > 0 && watched[1].revents) {
            eventfd_t wakes;
            eventfd_read(self->wake, &wakes);
        }
        short ready = count > 0 ? watched[0].revents : 0;
        if (self->tcp_up || (ready && settle_tcp(self, socket)))
            work(self, ready);
    }
}

static void *run(void *argument)
{
    cmosquitto *self = argument;
    pthread_setname_np(pthread_self(), "mqtt");
    if (cmosquitto_prepare(self) && cmosquitto_start_connecting(self))
        converse(self);
    atomic_store(&self->up, false);
    pthread_mutex_lock(&self->mutex);
    struct mosquitto *handle = self->handle;
    self->handle = NULL;
    close(self->wake);
    self->wake = -1;
    pthread_mutex_unlock(&self->mutex);
    mosquitto_destroy(handle);
    deliver_refusals(self);
    cmosquitto_tls_close(&self->tls);
    OPENSSL_thread_stop();
    res_nclose(&_res);
    self->events.closed(self->events.context, self->failure, self->reason, self->detail);
    release_last(self);
    return NULL;
}

// MARK: - The door

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void start_library(void) { mosquitto_lib_init(); }

static bool start_thread(cmosquitto *self)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all); // the daemon's signals are not for this thread
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&thread, &attributes, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return result == 0;
}

cmosquitto *cmosquitto_open(const cmosquitto_config *config, const cmosquitto_events *events)
{
    pthread_once(&library_once, start_library);
    cmosquitto *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->events = *events;
    pthread_mutex_init(&self->mutex, NULL);
    self->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bool copied = copy_config(&self->config);
    atomic_store(&self->owners, 2);
    if (self->wake >= 0 && copied && start_thread(self))
        return self;
    atomic_store(&self->owners, 1);
    release_last(self);
    return NULL;
}

static uint8_t reason_of_refusal(int result)
{
    switch (result) {
    case MOSQ_ERR_OVERSIZE_PACKET:
    case MOSQ_ERR_PAYLOAD_SIZE:
        return MQTT_RC_PACKET_TOO_LARGE;
    case MOSQ_ERR_INVAL:
    case MOSQ_ERR_MALFORMED_UTF8:
        return MQTT_RC_TOPIC_NAME_INVALID;
    case MOSQ_ERR_QOS_NOT_SUPPORTED:
        return MQTT_RC_QOS_NOT_SUPPORTED;
    case MOSQ_ERR_RETAIN_NOT_SUPPORTED:
        return MQTT_RC_RETAIN_NOT_SUPPORTED;
    default:
        return 0;
    }
}

/// Only with the mutex held and the handle alive.
static int32_t hand_over(cmosquitto *self, const cmosquitto_message *message)
{
    int mid = 0;
    mosquitto_property *properties = NULL;
    int result = mosquitto_property_add_string(&properties, MQTT_PROP_CONTENT_TYPE, message->content_type);
    if (result == MOSQ_ERR_SUCCESS)
        result = mosquitto_publish_v5(
            self->handle, &mid, message->topic, (int)message->length, message->payload, 1, message->retained, properties);
    mosquitto_property_free_all(&properties);
    if (result == MOSQ_ERR_SUCCESS)
        return mid;
    struct refusal *refusal = reason_of_refusal(result) ? calloc(1, sizeof *refusal) : NULL;
    if (!refusal) { // no memory, or no line any more: `closed` follows
        atomic_store(&self->request, broken);
        return 0;
    }
    refusal->token = --self->last_refusal; // below the library's numbers, which start at 1
    refusal->reason = reason_of_refusal(result);
    struct refusal **last = &self->refusals;
    while (*last)
        last = &(*last)->next;
    *last = refusal;
    return refusal->token;
}

int32_t cmosquitto_publish(cmosquitto *self, const cmosquitto_message *message)
{
    pthread_mutex_lock(&self->mutex);
    int32_t token = self->handle && atomic_load(&self->up) ? hand_over(self, message) : 0;
    wake_thread(self);
    pthread_mutex_unlock(&self->mutex);
    return token;
}

void cmosquitto_close(cmosquitto *self, bool gracefully)
{
    int expected = none;
    if (gracefully)
        atomic_compare_exchange_strong(&self->request, &expected, graceful);
    else
        atomic_store(&self->request, drop);
    pthread_mutex_lock(&self->mutex);
    wake_thread(self);
    pthread_mutex_unlock(&self->mutex);
}

void cmosquitto_release(cmosquitto *self)
{
    // A farewell that is under way is not taken back.
    int expected = none;
    atomic_compare_exchange_strong(&self->request, &expected, drop);
    pthread_mutex_lock(&self->mutex);
    wake_thread(self);
    pthread_mutex_unlock(&self->mutex);
    release_last(self);
}
