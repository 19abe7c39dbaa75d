// What the C files of this target share: the connection itself.
#ifndef CMOSQUITTO_CONNECTION_H
#define CMOSQUITTO_CONNECTION_H

#include "CMosquitto.h"
#include "CMosquittoTLS.h"

#include <mosquitto.h>
#include <pthread.h>
#include <stdatomic.h>

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
    uint8_t reason; // of the broker's DISCONNECT
    char detail[cmosquitto_text];
    char openssl_error[128];
};

/// Milliseconds of CLOCK_BOOTTIME.
int64_t cmosquitto_now_ms(void);

/// Records why the connection ends. The first reason is the true one; what follows from it is not told.
void cmosquitto_fail(cmosquitto *self, cmosquitto_failure failure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// Makes TLS context and handle, ready to connect. False: the failure is recorded.
bool cmosquitto_prepare(cmosquitto *self);

/// Looks the name up and begins to connect, without waiting for the other end. False: the failure is recorded.
bool cmosquitto_start_connecting(cmosquitto *self);

/// Sets libmosquitto's callbacks.
void cmosquitto_listen(cmosquitto *self);

/// Records the end of an attempt or a connection, from the library's error number and errno.
void cmosquitto_explain(cmosquitto *self, int result, int error);

/// The same for an attempt before TCP stands.
void cmosquitto_explain_connect(cmosquitto *self, int result, int error);

/// The same for a deadline that passed.
void cmosquitto_explain_deadline(cmosquitto *self);

#endif
