// One MQTT 5 connection on one thread of its own: libmosquitto and OpenSSL behind three calls and three callbacks.
#ifndef CMOSQUITTO_H
#define CMOSQUITTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why a connection ended: LinkFailure.Kind of the Uplink module, in the same words.
typedef enum {
    cmosquitto_unreachable,
    cmosquitto_own_certificate,
    cmosquitto_broker_certificate,
    cmosquitto_certificate_refused,
    cmosquitto_tls_failed,
    cmosquitto_refused,
    cmosquitto_timeout,
    cmosquitto_lost,
    cmosquitto_taken_over,
    cmosquitto_stopped
} cmosquitto_failure;

/// A message for QoS 1; also the will.
typedef struct {
    const char *topic;
    const uint8_t *payload;
    size_t length;
    bool retained;
    const char *content_type;
} cmosquitto_message;

/// What to connect to and as whom; everything is copied by cmosquitto_open.
typedef struct {
    const char *host;
    uint16_t port;
    /// PEM files. No authority is plain TCP; certificate and key may both be NULL.
    const char *authority_file;
    const char *certificate_file;
    const char *key_file;
    const char *username;
    const char *password_file;
    const char *client_id;
    cmosquitto_message will;
    /// Subscribed with QoS 1 after each CONNACK, whether the broker kept the session or not.
    const char *subscription;
    /// Seconds, 5 to 65,535.
    uint16_t keep_alive_s;
    /// Seconds for which the broker keeps the session after the line is gone (MQTT 5 section 3.1.2.11.2).
    uint32_t session_expiry_s;
    /// Milliseconds from the start to CONNACK.
    int64_t connect_deadline_ms;
    /// Whether nobody vouches for the wall clock. Certificates are then judged at the latest of: the clock, `earliest_s`, and
    /// the beginning of our own certificate. All three can only lie behind the present unless somebody set them wrong.
    bool clock_in_doubt;
    /// Seconds since 1970 that have certainly passed; 0 when none are known.
    int64_t earliest_s;
} cmosquitto_config;

/// Called on the connection's thread, one at a time; they may call publish and close.
typedef struct {
    void *context;
    /// CONNACK with success. A maximum packet size of 0 is no limit.
    void (*connected)(void *context, uint16_t receive_maximum, uint32_t maximum_packet_size);
    /// PUBACK with its reason code.
    void (*acknowledged)(void *context, int32_t token, uint8_t reason);
    /// A message of the subscription. The library acknowledges it around this call: what is not taken here is lost.
    void (*message)(void *context, const uint8_t *payload, size_t length, bool retained);
    /// The broker does not grant the subscription: the reason code of its SUBACK (MQTT 5 section 3.9.3).
    void (*subscription_refused)(void *context, uint8_t reason);
    /// Exactly once, the last call; the handle, its descriptors and its TLS state are gone already. The reason is that of the
    /// broker's DISCONNECT (MQTT 5 section 3.14.2.1), 0 when none came.
    void (*closed)(void *context, cmosquitto_failure failure, uint8_t reason, const char *detail);
} cmosquitto_events;

typedef struct cmosquitto cmosquitto;

/// Starts the connection's thread and returns at once. NULL when there is no memory or no thread: then no callback comes.
cmosquitto *cmosquitto_open(const cmosquitto_config *config, const cmosquitto_events *events);

/// Hands a message over, from any thread. The token, or 0 when the connection is not up. What the library itself refuses
/// (too large for this broker, bad topic) gets a token too, and the reason comes by `acknowledged`.
int32_t cmosquitto_publish(cmosquitto *connection, const cmosquitto_message *message);

/// Ends the connection, from any thread, any number of times; true sends DISCONNECT, false drops the line.
void cmosquitto_close(cmosquitto *connection, bool graceful);

/// Gives the handle back; drops the line if it still stands.
void cmosquitto_release(cmosquitto *connection);

/// When the certificate in a PEM file ends, in seconds since 1970: the first one's end, or of authorities the latest.
/// -1 when none can be read.
int64_t cmosquitto_certificate_end(const char *file, bool is_authority);

#endif
