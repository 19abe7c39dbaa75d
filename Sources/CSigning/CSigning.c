#include "CSigning.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

static EVP_PKEY *private_key(const uint8_t seed[32])
{
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
}

int csigning_generate(uint8_t seed[32]) { return RAND_priv_bytes(seed, 32) == 1 ? 0 : -1; }

int csigning_public(const uint8_t seed[32], uint8_t key[32])
{
    EVP_PKEY *pair = private_key(seed);
    size_t length = 32;
    int done = pair && EVP_PKEY_get_raw_public_key(pair, key, &length) == 1 && length == 32;
    EVP_PKEY_free(pair);
    return done ? 0 : -1;
}

int csigning_sign(const uint8_t seed[32], const uint8_t *message, size_t length, uint8_t signature[64])
{
    EVP_PKEY *pair = private_key(seed);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = 64;
    int done = pair && context && EVP_DigestSignInit(context, NULL, NULL, NULL, pair) == 1 &&
               EVP_DigestSign(context, signature, &size, message, length) == 1 && size == 64;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pair);
    return done ? 0 : -1;
}
