// From settings to a connection that is under way: TLS files, password, will, CONNECT properties, name look-up.
#define _GNU_SOURCE
#include "CMosquittoConnection.h"

#include <errno.h>
#include <mqtt_protocol.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    unacknowledged_timeout_ms = 10000, // TCP_USER_TIMEOUT
    largest_incoming_packet = 262144,
    longest_password = 1024,
};

static bool set_password(cmosquitto *self)
{
    const char *path = self->config.password_file;
    if (!path)
        return !self->config.username ||
               mosquitto_username_pw_set(self->handle, self->config.username, NULL) == MOSQ_ERR_SUCCESS;
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
        cmosquitto_fail(self, cmosquitto_refused, "password file %s cannot be read: %s", path,
                        strerror_r(error, buffer, sizeof buffer));
    else if (length > longest_password || strlen(password) != length)
        cmosquitto_fail(self, cmosquitto_refused, "password file %s cannot be used: it must hold one line of at most %d bytes",
                        path, longest_password);
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
        result = mosquitto_will_set_v5(
            self->handle, will->topic, (int)will->length, will->payload, 1, will->retained, properties);
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

static bool set_options(cmosquitto *self)
{
    struct mosquitto *handle = self->handle;
    // In flight is bounded by the caller and by the broker's Receive Maximum, not by the library's own 20.
    bool set = mosquitto_threaded_set(handle, true) == MOSQ_ERR_SUCCESS &&
               mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5) == MOSQ_ERR_SUCCESS &&
               mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, 65535) == MOSQ_ERR_SUCCESS &&
               mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1) == MOSQ_ERR_SUCCESS;
    if (!set || !self->tls.context)
        return set;
    // Without defaults: the library then adds none of its own checks and trust to the context.
    return mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, self->tls.context) == MOSQ_ERR_SUCCESS &&
           mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) == MOSQ_ERR_SUCCESS;
}

bool cmosquitto_prepare(cmosquitto *self)
{
    self->deadline_ms = cmosquitto_now_ms() + self->config.connect_deadline_ms;
    self->tls.host = self->config.host;
    self->tls.authority_file = self->config.authority_file;
    self->tls.clock_in_doubt = self->config.clock_in_doubt;
    self->tls.earliest_s = self->config.earliest_s;
    const cmosquitto_config *config = &self->config;
    if (config->authority_file &&
        !cmosquitto_tls_open(&self->tls, config->certificate_file, config->key_file, self->detail, sizeof self->detail)) {
        self->failure = cmosquitto_own_certificate;
        self->failed = true;
        return false;
    }
    struct mosquitto *handle = mosquitto_new(self->config.client_id, false, self);
    pthread_mutex_lock(&self->mutex);
    self->handle = handle;
    pthread_mutex_unlock(&self->mutex);
    bool set = handle && set_options(self) && set_will(self) && set_password(self) && set_properties(self);
    if (!set) {
        cmosquitto_fail(self, cmosquitto_refused,
                        "libmosquitto refuses the settings: client id, user name or will topic cannot be sent");
        return false;
    }
    cmosquitto_listen(self);
    return true;
}

/// Bounds name look-up on this thread: the resolver's own settings allow half a minute with silent name servers.
static void bound_resolver(void)
{
    res_init();
    _res.retrans = 2;
    _res.retry = 2;
}

bool cmosquitto_start_connecting(cmosquitto *self)
{
    bound_resolver();
    errno = 0;
    int result = mosquitto_connect_async(self->handle, self->config.host, self->config.port, self->config.keep_alive_s);
    int error = errno;
    int socket = mosquitto_socket(self->handle);
    if (result != MOSQ_ERR_SUCCESS || socket < 0) {
        cmosquitto_explain_connect(self, result, error);
        return false;
    }
    int limit = unacknowledged_timeout_ms;
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
    return true;
}
