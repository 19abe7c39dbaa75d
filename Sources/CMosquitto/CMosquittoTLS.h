// The TLS half of a connection: what is trusted, and a record of why trust failed.
#ifndef CMOSQUITTO_TLS_H
#define CMOSQUITTO_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

enum { cmosquitto_text = 768 };

struct cmosquitto_tls {
    SSL_CTX *context;
    const char *host;
    const char *authority_file;
    bool clock_in_doubt;
    int64_t earliest_s;
    /// The broker asked for a certificate and we had none.
    bool certificate_missing;
    bool certificate_sent;
    bool handshake_done;
    /// The last fatal alert that the broker sent (RFC 8446 section 6), or -1.
    int alert;
    /// Why the broker's certificate was not accepted; empty while nothing was found against it.
    char verdict[cmosquitto_text];
};

/// Builds the context. False: `detail` says which file and why. The record must not move afterwards.
bool cmosquitto_tls_open(
    struct cmosquitto_tls *tls, const char *certificate_file, const char *key_file, char *detail, size_t size);

/// Frees the context.
void cmosquitto_tls_close(struct cmosquitto_tls *tls);

/// Whether the alert is about our certificate.
bool cmosquitto_tls_alert_is_about_us(const struct cmosquitto_tls *tls);

#endif
