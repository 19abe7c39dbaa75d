// TLS as a gateway needs it: one private authority, names by subject alternative name only, and words for every refusal.
#define _GNU_SOURCE
#include "CMosquittoTLS.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/decodererr.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// MARK: - Words

static void append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static void append_date(char *text, size_t size, const struct tm *date)
{
    append(text, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", date->tm_year + 1900, date->tm_mon + 1, date->tm_mday, date->tm_hour,
           date->tm_min, date->tm_sec);
}

static void append_certificate_date(char *text, size_t size, const ASN1_TIME *date)
{
    struct tm parts;
    if (ASN1_TIME_to_tm(date, &parts))
        append_date(text, size, &parts);
    else
        append(text, size, "an unreadable date");
}

static void append_now(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    append_date(text, size, &parts);
}

static void append_name(char *text, size_t size, const GENERAL_NAME *name)
{
    if (name->type == GEN_DNS) {
        const unsigned char *characters = ASN1_STRING_get0_data(name->d.dNSName);
        int length = ASN1_STRING_length(name->d.dNSName);
        for (int index = 0; index < length && index < 255; index++) {
            unsigned char character = characters[index];
            append(text, size, "%c", character > 0x20 && character < 0x7f ? character : '?');
        }
    } else if (name->type == GEN_IPADD) {
        char address[INET6_ADDRSTRLEN];
        int length = ASN1_STRING_length(name->d.iPAddress);
        int family = length == 4 ? AF_INET : AF_INET6;
        bool known = (length == 4 || length == 16) &&
                     inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), address, sizeof address);
        append(text, size, "%s", known ? address : "an unreadable address");
    } else {
        append(text, size, "a name of another kind");
    }
}

static void append_names(char *text, size_t size, const X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = names ? sk_GENERAL_NAME_num(names) : 0;
    if (count == 0)
        append(text, size, "it has no subject alternative name");
    else
        append(text, size, "it names ");
    for (int index = 0; index < count; index++) {
        append(text, size, "%s", index ? ", " : "");
        append_name(text, size, sk_GENERAL_NAME_value(names, index));
    }
    GENERAL_NAMES_free(names);
}

// MARK: - The broker's certificate

static void record_verdict(struct cmosquitto_tls *tls, X509_STORE_CTX *store)
{
    char *text = tls->verdict;
    size_t size = sizeof tls->verdict;
    int error = X509_STORE_CTX_get_error(store);
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    const char *whose = X509_STORE_CTX_get_error_depth(store) == 0 ? "the broker's certificate" : "the authority's certificate";
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        append(text, size, "%s expired on ", whose);
        append_certificate_date(text, size, X509_get0_notAfter(certificate));
        append(text, size, " (this gateway's clock says ");
        append_now(text, size);
        append(text, size, ")");
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        append(text, size, "%s is not valid before ", whose);
        append_certificate_date(text, size, X509_get0_notBefore(certificate));
        append(text, size, " (this gateway's clock says ");
        append_now(text, size);
        append(text, size, ")");
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        append(text, size, "%s is signed by an unknown authority: none in %s signed it", whose, tls->authority_file);
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        append(text, size, "%s does not name %s: ", whose, tls->host);
        append_names(text, size, X509_STORE_CTX_get0_cert(store));
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        append(text, size, "%s is not for %s (extended key usage)", whose,
               X509_STORE_CTX_get_error_depth(store) == 0 ? "servers" : "signing servers");
        break;
    default:
        append(text, size, "%s: %s", whose, X509_verify_cert_error_string(error));
    }
}

static int verify(int accepted, X509_STORE_CTX *store)
{
    if (accepted)
        return 1;
    SSL *session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct cmosquitto_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(session));
    if (tls->verdict[0] == 0)
        record_verdict(tls, store);
    return 0;
}

// MARK: - What happens during the handshake

static void observe(const SSL *session, int where, int value)
{
    struct cmosquitto_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(session));
    if (where & SSL_CB_HANDSHAKE_DONE)
        tls->handshake_done = true;
    // Under TLS 1.3 the broker's word about our certificate comes when the handshake is done for us.
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value >> 8) == SSL3_AL_FATAL)
        tls->alert = value & 0xff;
}

static int certificate_requested(SSL *session, void *context)
{
    (void)context;
    struct cmosquitto_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(session));
    if (tls->certificate_sent)
        return 1;
    tls->certificate_missing = true;
    return 1;
}

static int refuse_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1; // Without this OpenSSL asks on the terminal.
}

bool cmosquitto_tls_alert_is_about_us(const struct cmosquitto_tls *tls)
{
    switch (tls->alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_DECRYPT_ERROR:
    case 116: // certificate_required, TLS 1.3
        return true;
    case SSL_AD_HANDSHAKE_FAILURE: // What TLS 1.2 says when the certificate it asked for does not come.
        return tls->certificate_missing;
    default:
        return false;
    }
}

// MARK: - Our own files

/// Takes OpenSSL's queue of errors for the one that a technician can act on.
static const char *file_reason(void)
{
    const char *first = NULL;
    for (unsigned long error = ERR_get_error(); error; error = ERR_get_error()) {
        int library = ERR_GET_LIB(error), reason = ERR_GET_REASON(error);
        if (library == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE)
            return "no PEM block of this kind in it";
        if (library == ERR_LIB_OSSL_DECODER && reason == ERR_R_UNSUPPORTED)
            return "no PEM block of this kind in it";
        if (library == ERR_LIB_PEM && reason == PEM_R_BAD_PASSWORD_READ)
            return "it is protected by a passphrase; the gateway needs a key without one";
        if (library == ERR_LIB_CRYPTO && reason == ERR_R_INTERRUPTED_OR_CANCELLED)
            return "it is protected by a passphrase; the gateway needs a key without one";
        if ((library == ERR_LIB_X509 && (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH)) ||
            (library == ERR_LIB_SSL && reason == SSL_R_NO_CERTIFICATE_ASSIGNED))
            return "it does not belong to the certificate";
        if (!first)
            first = ERR_reason_error_string(error);
    }
    return first ? first : "OpenSSL gives no reason";
}

static bool explain_file(const char *role, const char *path, char *detail, size_t size)
{
    FILE *file = fopen(path, "re");
    char buffer[128];
    if (file) {
        fclose(file);
        snprintf(detail, size, "%s %s cannot be used: %s", role, path, file_reason());
    } else {
        snprintf(detail, size, "%s %s cannot be read: %s", role, path, strerror_r(errno, buffer, sizeof buffer));
    }
    ERR_clear_error();
    return false;
}

static bool load_own(SSL_CTX *context, const char *certificate_file, const char *key_file, char *detail, size_t size)
{
    if (!certificate_file && !key_file)
        return true;
    if (!certificate_file || !key_file) {
        snprintf(detail, size, "a client certificate needs both a certificate file and a key file; the %s file is missing",
                 certificate_file ? "key" : "certificate");
        return false;
    }
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file) != 1)
        return explain_file("certificate file", certificate_file, detail, size);
    if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(context) != 1)
        return explain_file("key file", key_file, detail, size);
    return true;
}

static bool expect_host(SSL_CTX *context, const char *host)
{
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    struct in6_addr address;
    bool literal = inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
    return (literal ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) : X509_VERIFY_PARAM_set1_host(parameters, host, 0)) == 1;
}

/// A gateway that wakes up in 1970 must still reach its broker: a certificate is then judged at a moment that has certainly
/// come. The checks stay; what has expired by then is refused.
static void judge_at_a_time_that_has_come(const struct cmosquitto_tls *tls)
{
    if (!tls->clock_in_doubt)
        return;
    time_t moment = tls->earliest_s;
    struct tm parts;
    X509 *own = SSL_CTX_get0_certificate(tls->context);
    if (own && ASN1_TIME_to_tm(X509_get0_notBefore(own), &parts)) {
        time_t issued = timegm(&parts);
        moment = issued > moment ? issued : moment;
    }
    if (moment > time(NULL))
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(tls->context), moment);
}

bool cmosquitto_tls_open(
    struct cmosquitto_tls *tls, const char *certificate_file, const char *key_file, char *detail, size_t size)
{
    ERR_clear_error();
    tls->alert = -1;
    SSL_CTX *context = tls->context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 || !expect_host(context, tls->host)) {
        snprintf(detail, size, "no TLS context could be made for host %s", tls->host);
        return false;
    }
    SSL_CTX_set_app_data(context, tls);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, verify);
    SSL_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
    SSL_CTX_set_info_callback(context, observe);
    SSL_CTX_set_cert_cb(context, certificate_requested, NULL);
    SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_load_verify_file(context, tls->authority_file) != 1)
        return explain_file("CA file", tls->authority_file, detail, size);
    tls->certificate_sent = certificate_file != NULL;
    if (!load_own(context, certificate_file, key_file, detail, size))
        return false;
    judge_at_a_time_that_has_come(tls);
    return true;
}

void cmosquitto_tls_close(struct cmosquitto_tls *tls)
{
    SSL_CTX_free(tls->context);
    tls->context = NULL;
}
