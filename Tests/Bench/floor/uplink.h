// The floor's way out: MQTT 5 over TLS, QoS 1, batches of 500, nothing counts as delivered before its PUBACK.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The same that the daemon is given: a broker on loopback, and the files of TLS with a client's certificate.
struct uplink_settings {
    const char *gateway, *authority, *certificate, *key;
    int port;
};

/// Prepares the connection; what the store holds up to now is what is sent first.
void uplink_open(const struct uplink_settings *settings);

/// Connects when it is time to, and sends what the store holds and the window takes.
void uplink_advance(int64_t now_ms);

/// Waits for the broker, at most this long, and takes what it says.
void uplink_wait(int64_t milliseconds);

/// Deletes what was acknowledged since the last call, in the store's open transaction.
void uplink_free(void);
