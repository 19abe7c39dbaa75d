// When a certificate of a file ends: for those who shall renew it before.
#include "CMosquitto.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

/// An own certificate stands first, before those that vouch for it; of authorities one is enough.
int64_t cmosquitto_certificate_end(const char *file, bool is_authority)
{
    FILE *stream = fopen(file, "re");
    if (!stream)
        return -1;
    int64_t end = -1;
    X509 *certificate = NULL;
    while ((certificate = PEM_read_X509(stream, NULL, NULL, NULL)) != NULL) {
        struct tm date = {0};
        if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &date) == 1) {
            int64_t seconds = timegm(&date);
            if (seconds > end)
                end = seconds;
        }
        X509_free(certificate);
        if (!is_authority)
            break;
    }
    ERR_clear_error();
    fclose(stream);
    return end;
}
