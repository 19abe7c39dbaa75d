// One MQTT 5 connection, from open to closed, on one thread. The thread owns the libmosquitto handle: it alone connects,
// reads, writes and destroys; other threads only queue a PUBLISH or ask for the end, and wake it through an eventfd.
#define _GNU_SOURCE
#include "CMosquitto.h"
#include "CMosquittoTLS.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum request { none, graceful, drop, broken };

enum {
    longest_wait_ms = 1000,          // libmosquitto looks at its keep-alive this often
    farewell_ms = 2000,              // for DISCONNECT to leave, then the line is dropped
    unacknowledged_timeout_ms = 10000, // TCP_USER_TIMEOUT
    largest_incoming_packet = 262144,
    longest_password = 1024,
};

/// A message that the library refused: its reason is delivered by the thread, in order.
struct refusal {
    struct refusal *next;
    int32_t token;
    uint8_t reason;
};

struct cmosquitto {
    atomic_int owners; // the thread and the caller
    atomic_int request;
    atomic_bool up;
    cmosquitto_config config;
    cmosquitto_events events;

    pthread_mutex_t mutex; // guards handle, wake and refusals against publish and close
    struct mosquitto *handle;
    int wake;
    struct refusal *refusals;
    int32_t last_refusal;

    // The thread's own.
    struct cmosquitto_tls tls;
    bool tcp_up;
    bool leaving;
    int64_t deadline_ms; // 0 is none
    bool failed;
    cmosquitto_failure failure;
    char detail[cmosquitto_text];
    char openssl_error[128];
};

// MARK: - Small tools

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void fail(cmosquitto *self, cmosquitto_failure failure, const char *format, ...) __attribute__((format(printf, 3, 4)));

/// The first reason is the true one; what follows from it is not told.
static void fail(cmosquitto *self, cmosquitto_failure failure, const char *format, ...)
{
    if (self->failed)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(self->detail, sizeof self->detail, format, arguments);
    va_end(arguments);
    self->failure = failure;
    self->failed = true;
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
        &config->password_file, &config->client_id, &config->will.topic, &config->will.content_type,
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
    const void *texts[] = {
        self->config.host, self->config.authority_file, self->config.certificate_file, self->config.key_file, self->config.username,
        self->config.password_file, self->config.client_id, self->config.will.topic, self->config.will.content_type,
        self->config.will.payload,
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

// MARK: - What libmosquitto reports

static void on_connect(struct mosquitto *handle, void *context, int reason, int flags, const mosquitto_property *properties)
{
    (void)handle, (void)flags;
    cmosquitto *self = context;
    if (reason == MQTT_RC_SUCCESS) {
        uint16_t receive_maximum = 65535;
        uint32_t maximum_packet_size = 0;
        mosquitto_property_read_int16(properties, MQTT_PROP_RECEIVE_MAXIMUM, &receive_maximum, false);
        mosquitto_property_read_int32(properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, &maximum_packet_size, false);
        self->deadline_ms = 0;
        atomic_store(&self->up, true);
        self->events.connected(self->events.context, receive_maximum, maximum_packet_size);
        return;
    }
    const char *hint = "";
    if (reason == MQTT_RC_BAD_USERNAME_OR_PASSWORD || reason == MQTT_RC_NOT_AUTHORIZED)
        hint = "; check username and password file, and the gateway's rights at the broker";
    else if (reason == MQTT_RC_CLIENTID_NOT_VALID)
        hint = "; the client id is the gateway's id";
    else if (reason == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION)
        hint = "; the broker does not speak MQTT 5";
    fail(self, cmosquitto_refused, "the broker refused the connection: %s (0x%02X)%s", mosquitto_reason_string(reason),
         (unsigned)reason, hint);
}

static void on_publish(struct mosquitto *handle, void *context, int mid, int reason, const mosquitto_property *properties)
{
    (void)handle, (void)properties;
    cmosquitto *self = context;
    self->events.acknowledged(self->events.context, mid, (uint8_t)reason);
}

static void on_disconnect(struct mosquitto *handle, void *context, int reason, const mosquitto_property *properties)
{
    (void)handle, (void)properties;
    cmosquitto *self = context;
    if (reason >= 0x80) // below are the library's own error numbers
        fail(self, cmosquitto_lost, "the broker ended the connection: %s (0x%02X)%s", mosquitto_reason_string(reason),
             (unsigned)reason, reason == MQTT_RC_SESSION_TAKEN_OVER ? "; another client connected with this client id" : "");
}

static void on_log(struct mosquitto *handle, void *context, int level, const char *text)
{
    (void)handle, (void)level;
    cmosquitto *self = context;
    if (strncmp(text, "OpenSSL Error", 13) != 0 || self->openssl_error[0])
        return;
    const char *reason = strrchr(text, ':');
    snprintf(self->openssl_error, sizeof self->openssl_error, "%s", reason ? reason + 1 : text);
}

// MARK: - From error numbers to words

static void explain_tls(cmosquitto *self)
{
    if (self->tls.verdict[0])
        fail(self, cmosquitto_broker_certificate, "%s", self->tls.verdict);
    else if (self->tls.alert >= 0 && cmosquitto_tls_alert_is_about_us(&self->tls))
        fail(self, cmosquitto_certificate_refused, "the broker refused this gateway's certificate: %s%s",
             SSL_alert_desc_string_long(self->tls.alert),
             self->tls.certificate_missing ? "; it asks for one, and none is configured" : "");
    else if (self->tls.alert >= 0)
        fail(self, cmosquitto_tls_failed, "the broker broke off TLS: %s", SSL_alert_desc_string_long(self->tls.alert));
    else if (!self->tls.handshake_done)
        fail(self, cmosquitto_tls_failed, "no TLS handshake with %s:%u: %s", self->config.host, self->config.port,
             self->openssl_error[0] ? self->openssl_error : "the other end closed the connection");
}

static void explain(cmosquitto *self, int result, int error)
{
    char buffer[128];
    if (self->failed)
        return;
    if (self->leaving) {
        fail(self, cmosquitto_stopped, "stopped by the gateway");
        return;
    }
    if (self->tls.context)
        explain_tls(self);
    const char *words = result == MOSQ_ERR_ERRNO && error ? strerror_r(error, buffer, sizeof buffer)
                        : result == MOSQ_ERR_KEEPALIVE   ? "no answer to a ping"
                        : result == MOSQ_ERR_SUCCESS || result == MOSQ_ERR_CONN_LOST || result == MOSQ_ERR_NO_CONN
                            ? "the broker closed the connection"
                            : mosquitto_strerror(result);
    if (atomic_load(&self->up))
        fail(self, cmosquitto_lost, "connection lost: %s", words);
    else
        fail(self, cmosquitto_lost, "connection lost before the broker accepted it: %s", words);
}

static void explain_connect(cmosquitto *self, int result, int error)
{
    char buffer[128];
    if (result == MOSQ_ERR_EAI)
        fail(self, cmosquitto_unreachable, "host %s: %s", self->config.host,
             error == EAI_SYSTEM ? "the name could not be looked up" : gai_strerror(error));
    else if (result == MOSQ_ERR_ERRNO)
        fail(self, cmosquitto_unreachable, "%s:%u: %s", self->config.host, self->config.port,
             strerror_r(error, buffer, sizeof buffer));
    else
        explain(self, result, error);
}

static void explain_deadline(cmosquitto *self)
{
    double seconds = (double)self->config.connect_deadline_ms / 1000;
    if (self->leaving)
        fail(self, cmosquitto_stopped, "stopped by the gateway");
    else if (!self->tcp_up)
        fail(self, cmosquitto_unreachable, "%s:%u: no answer within %.3g s", self->config.host, self->config.port, seconds);
    else if (self->tls.context && !self->tls.handshake_done)
        fail(self, cmosquitto_timeout, "%s:%u took the connection but did not answer the TLS handshake within %.3g s",
             self->config.host, self->config.port, seconds);
    else
        fail(self, cmosquitto_timeout, "%s:%u took the connection but sent no CONNACK within %.3g s", self->config.host,
             self->config.port, seconds);
}

// MARK: - Setting up

static bool set_password(cmosquitto *self)
{
    const char *path = self->config.password_file;
    if (!path)
        return !self->config.username || mosquitto_username_pw_set(self->handle, self->config.username, NULL) == MOSQ_ERR_SUCCESS;
    char password[longest_password + 2] = {0};
    char buffer[128];
    FILE *file = fopen(path, "re");
    size_t length = 0;
    bool readable = file != NULL;
    if (file) {
        setvbuf(file, NULL, _IONBF, 0); // no second copy of the password
        length = fread(password, 1, sizeof password - 1, file);
        readable = !ferror(file);
    }
    int error = errno;
    if (file)
        fclose(file);
    if (length > 0 && password[length - 1] == '\n')
        password[--length] = 0;
    bool usable = false;
    if (!readable)
        fail(self, cmosquitto_refused, "password file %s cannot be read: %s", path, strerror_r(error, buffer, sizeof buffer));
    else if (length > longest_password || strlen(password) != length)
        fail(self, cmosquitto_refused, "password file %s cannot be used: it must hold one line of at most %d bytes", path,
             longest_password);
    else
        usable = mosquitto_username_pw_set(self->handle, self->config.username, password) == MOSQ_ERR_SUCCESS;
    explicit_bzero(password, sizeof password);
    return usable;
}

static bool set_will(cmosquitto *self)
{
    const cmosquitto_message *will = &self->config.will;
    mosquitto_property *properties = NULL;
    int result = mosquitto_property_add_string(&properties, MQTT_PROP_CONTENT_TYPE, will->content_type);
    if (result == MOSQ_ERR_SUCCESS)
        result = mosquitto_will_set_v5(self->handle, will->topic, (int)will->length, will->payload, 1, will->retained, properties);
    if (result != MOSQ_ERR_SUCCESS)
        mosquitto_property_free_all(&properties);
    return result == MOSQ_ERR_SUCCESS;
}

/// mosquitto_connect_bind_v5 alone takes CONNECT properties, but it blocks in connect(2) for minutes when the host is silent.
/// Called with an impossible port it keeps the properties and gives up; the connect that does not block then sends them.
static bool set_properties(cmosquitto *self)
{
    mosquitto_property *properties = NULL;
    bool added =
        mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, self->config.session_expiry_s) == 0 &&
        mosquitto_property_add_int32(&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, largest_incoming_packet) == 0;
    if (added)
        mosquitto_connect_bind_v5(self->handle, self->config.host, -1, self->config.keep_alive_s, NULL, properties);
    mosquitto_property_free_all(&properties);
    return added;
}

static bool prepare(cmosquitto *self)
{
    self->deadline_ms = now_ms() + self->config.connect_deadline_ms;
    self->tls.host = self->config.host;
    self->tls.authority_file = self->config.authority_file;
    if (self->config.authority_file &&
        !cmosquitto_tls_open(&self->tls, self->config.certificate_file, self->config.key_file, self->detail, sizeof self->detail)) {
        self->failure = cmosquitto_own_certificate;
        self->failed = true;
        return false;
    }
    struct mosquitto *handle = mosquitto_new(self->config.client_id, false, self);
    pthread_mutex_lock(&self->mutex);
    self->handle = handle;
    pthread_mutex_unlock(&self->mutex);
    bool set = handle && mosquitto_threaded_set(handle, true) == 0 &&
               mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5) == 0 &&
               mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, 65535) == 0 &&
               mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1) == 0 &&
               (!self->tls.context || (mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, self->tls.context) == 0 &&
                                       mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) == 0)) &&
               set_will(self) && set_password(self) && set_properties(self);
    if (!set) {
        fail(self, cmosquitto_refused, "libmosquitto refuses the settings: client id, user name or will topic cannot be sent");
        return false;
    }
    mosquitto_connect_v5_callback_set(handle, on_connect);
    mosquitto_publish_v5_callback_set(handle, on_publish);
    mosquitto_disconnect_v5_callback_set(handle, on_disconnect);
    mosquitto_log_callback_set(handle, on_log);
    return true;
}

/// Bounds name look-up on this thread: the resolver's own settings allow half a minute with silent name servers.
static void bound_resolver(void)
{
    res_init();
    _res.retrans = 2;
    _res.retry = 2;
}

static bool start_connecting(cmosquitto *self)
{
    bound_resolver();
    errno = 0;
    int result = mosquitto_connect_async(self->handle, self->config.host, self->config.port, self->config.keep_alive_s);
    int error = errno;
    int socket = mosquitto_socket(self->handle);
    if (result != MOSQ_ERR_SUCCESS || socket < 0) {
        explain_connect(self, result, error);
        return false;
    }
    int limit = unacknowledged_timeout_ms;
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
    return true;
}

// MARK: - The thread

/// True once TCP stands; records the failure when it cannot.
static bool settle_tcp(cmosquitto *self, int socket)
{
    if (self->tcp_up)
        return true;
    int error = 0;
    socklen_t size = sizeof error;
    struct sockaddr_storage peer;
    socklen_t peer_size = sizeof peer;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    // The TLS layer may have taken the error already; then only the missing peer shows it.
    if (error == 0 && getpeername(socket, (struct sockaddr *)&peer, &peer_size) != 0)
        error = ECONNREFUSED;
    if (error != 0)
        explain_connect(self, MOSQ_ERR_ERRNO, error);
    else
        self->tcp_up = true;
    return self->tcp_up;
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
    if (request == broken)
        fail(self, cmosquitto_lost, "connection dropped: the MQTT library could not take a message");
    else if (request == drop || (request == graceful && !atomic_load(&self->up))) {
        fail(self, cmosquitto_stopped, "stopped by the gateway");
    } else if (request == graceful && !self->leaving) {
        self->leaving = true;
        atomic_store(&self->up, false);
        self->deadline_ms = now_ms() + farewell_ms;
        int result = mosquitto_disconnect_v5(self->handle, MQTT_RC_NORMAL_DISCONNECTION, NULL);
        if (result != MOSQ_ERR_SUCCESS)
            explain(self, result, errno);
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
        explain(self, result, error);
}

static void converse(cmosquitto *self)
{
    while (!self->failed) {
        obey(self);
        deliver_refusals(self);
        int64_t left = self->deadline_ms ? self->deadline_ms - now_ms() : longest_wait_ms;
        if (left <= 0)
            explain_deadline(self);
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
            fail(self, cmosquitto_lost, "poll: error %d", errno);
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
    if (prepare(self) && start_connecting(self))
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
    self->events.closed(self->events.context, self->failure, self->detail);
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
    cmosquitto_close(self, false);
    release_last(self);
}
