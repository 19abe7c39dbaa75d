// The connection's voice: what libmosquitto reports, and error numbers turned into words for a technician.
#define _GNU_SOURCE
#include "CMosquittoConnection.h"

#include <errno.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cmosquitto_fail(cmosquitto *self, cmosquitto_failure failure, const char *format, ...)
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

// MARK: - What libmosquitto reports

/// The retain flag of a publication is kept, so that a retained command can be told from a fresh one; what was retained before
/// comes once for each session and not at each connection.
static void subscribe(cmosquitto *self, struct mosquitto *handle)
{
    int options = MQTT_SUB_OPT_RETAIN_AS_PUBLISHED | MQTT_SUB_OPT_SEND_RETAIN_NEW;
    int result = mosquitto_subscribe_v5(handle, NULL, self->config.subscription, 1, options, NULL);
    if (result != MOSQ_ERR_SUCCESS)
        cmosquitto_fail(self, cmosquitto_lost, "cannot subscribe to %s: %s", self->config.subscription,
                        mosquitto_strerror(result));
}

static void on_subscribe(struct mosquitto *handle, void *context, int mid, int count, const int *granted,
                         const mosquitto_property *properties)
{
    (void)handle, (void)mid, (void)properties;
    cmosquitto *self = context;
    if (count == 1 && granted[0] >= 0x80)
        self->events.subscription_refused(self->events.context, (uint8_t)granted[0]);
}

static void on_message(struct mosquitto *handle, void *context, const struct mosquitto_message *message,
                       const mosquitto_property *properties)
{
    (void)handle, (void)properties;
    cmosquitto *self = context;
    self->events.message(self->events.context, message->payload, (size_t)message->payloadlen, message->retain);
}

static void on_connect(struct mosquitto *handle, void *context, int reason, int flags, const mosquitto_property *properties)
{
    (void)handle, (void)flags;
    cmosquitto *self = context;
    // The library takes a second CONNACK, which no broker may send (MQTT 5.0 section 3.2), as a connection that has begun anew.
    if (atomic_load(&self->up)) {
        cmosquitto_fail(self, cmosquitto_lost, "the broker broke the protocol: it answered CONNECT twice");
        return;
    }
    if (reason == MQTT_RC_SUCCESS) {
        uint16_t receive_maximum = 65535;
        uint32_t maximum_packet_size = 0;
        mosquitto_property_read_int16(properties, MQTT_PROP_RECEIVE_MAXIMUM, &receive_maximum, false);
        mosquitto_property_read_int32(properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, &maximum_packet_size, false);
        self->deadline_ms = 0;
        atomic_store(&self->up, true);
        self->events.connected(self->events.context, receive_maximum, maximum_packet_size);
        subscribe(self, handle);
        return;
    }
    const char *hint = "";
    if (reason == MQTT_RC_BAD_USERNAME_OR_PASSWORD || reason == MQTT_RC_NOT_AUTHORIZED)
        hint = "; check username and password file, and the gateway's rights at the broker";
    else if (reason == MQTT_RC_CLIENTID_NOT_VALID)
        hint = "; the client id is the gateway's id";
    else if (reason == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION)
        hint = "; the broker does not speak MQTT 5";
    cmosquitto_fail(self, cmosquitto_refused, "the broker refused the connection: %s (0x%02X)%s",
                    mosquitto_reason_string(reason), (unsigned)reason, hint);
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
    // Below 0x80 are the library's own error numbers.
    if (reason >= 0x80 && !self->failed)
        self->reason = (uint8_t)reason;
    if (reason == MOSQ_ERR_KEEPALIVE)
        cmosquitto_fail(self, cmosquitto_lost, "connection lost: no answer to a ping");
    else if (reason == MQTT_RC_SESSION_TAKEN_OVER)
        cmosquitto_fail(self, cmosquitto_taken_over, "another client connected with this client id (0x%02X)", (unsigned)reason);
    else if (reason >= 0x80)
        cmosquitto_fail(self, cmosquitto_lost, "the broker ended the connection: %s (0x%02X)",
                        mosquitto_reason_string(reason), (unsigned)reason);
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

void cmosquitto_listen(cmosquitto *self)
{
    mosquitto_connect_v5_callback_set(self->handle, on_connect);
    mosquitto_publish_v5_callback_set(self->handle, on_publish);
    mosquitto_subscribe_v5_callback_set(self->handle, on_subscribe);
    mosquitto_message_v5_callback_set(self->handle, on_message);
    mosquitto_disconnect_v5_callback_set(self->handle, on_disconnect);
    mosquitto_log_callback_set(self->handle, on_log);
}

// MARK: - From error numbers to words

static void explain_tls(cmosquitto *self)
{
    if (self->tls.verdict[0])
        cmosquitto_fail(self, cmosquitto_broker_certificate, "%s", self->tls.verdict);
    else if (self->tls.alert >= 0 && cmosquitto_tls_alert_is_about_us(&self->tls))
        cmosquitto_fail(self, cmosquitto_certificate_refused, "the broker refused this gateway's certificate: %s%s",
                        SSL_alert_desc_string_long(self->tls.alert),
                        self->tls.certificate_missing ? "; it asks for one, and none is configured" : "");
    else if (self->tls.alert >= 0)
        cmosquitto_fail(self, cmosquitto_tls_failed, "the broker broke off TLS: %s",
                        SSL_alert_desc_string_long(self->tls.alert));
    else if (!self->tls.handshake_done)
        cmosquitto_fail(self, cmosquitto_tls_failed, "no TLS handshake with %s:%u: %s", self->config.host, self->config.port,
                        self->openssl_error[0] ? self->openssl_error : "the other end closed the connection");
}

void cmosquitto_explain(cmosquitto *self, int result, int error)
{
    char buffer[128];
    if (self->failed)
        return;
    if (self->leaving) {
        cmosquitto_fail(self, cmosquitto_stopped, "stopped by the gateway");
        return;
    }
    if (self->tls.context)
        explain_tls(self);
    const char *words = result == MOSQ_ERR_ERRNO && error ? strerror_r(error, buffer, sizeof buffer)
                        : result == MOSQ_ERR_SUCCESS || result == MOSQ_ERR_CONN_LOST || result == MOSQ_ERR_NO_CONN
                            ? "the broker closed the connection"
                            : mosquitto_strerror(result);
    if (atomic_load(&self->up))
        cmosquitto_fail(self, cmosquitto_lost, "connection lost: %s", words);
    else
        cmosquitto_fail(self, cmosquitto_lost, "connection lost before the broker accepted it: %s%s", words,
                        self->tls.context ? "" : "; this uplink has no tls: does the broker want it?");
}

void cmosquitto_explain_connect(cmosquitto *self, int result, int error)
{
    char buffer[128];
    if (result == MOSQ_ERR_EAI)
        cmosquitto_fail(self, cmosquitto_unreachable, "host %s: %s", self->config.host,
                        error == EAI_SYSTEM ? "the name could not be looked up" : gai_strerror(error));
    else if (result == MOSQ_ERR_ERRNO)
        cmosquitto_fail(self, cmosquitto_unreachable, "%s:%u: %s", self->config.host, self->config.port,
                        strerror_r(error, buffer, sizeof buffer));
    else
        cmosquitto_explain(self, result, error);
}

void cmosquitto_explain_deadline(cmosquitto *self)
{
    double seconds = (double)self->config.connect_deadline_ms / 1000;
    if (self->leaving)
        cmosquitto_fail(self, cmosquitto_stopped, "stopped by the gateway");
    else if (!self->tcp_up)
        cmosquitto_fail(self, cmosquitto_unreachable, "%s:%u: no answer within %.3g s", self->config.host,
                        self->config.port, seconds);
    else if (self->tls.context && !self->tls.handshake_done)
        cmosquitto_fail(self, cmosquitto_timeout,
                        "%s:%u took the connection but did not answer the TLS handshake within %.3g s",
                        self->config.host, self->config.port, seconds);
    else
        cmosquitto_fail(self, cmosquitto_timeout, "%s:%u took the connection but sent no CONNACK within %.3g s",
                        self->config.host, self->config.port, seconds);
}
