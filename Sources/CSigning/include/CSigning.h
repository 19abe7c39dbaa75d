// Ed25519 signatures (RFC 8032), through OpenSSL. Every function returns 0, or -1 when the library refused.
#ifndef CSIGNING_H
#define CSIGNING_H

#include <stddef.h>
#include <stdint.h>

// A fresh private key from the library's own source of chance.
int csigning_generate(uint8_t seed[32]);

// The public key of a private one.
int csigning_public(const uint8_t seed[32], uint8_t key[32]);

// The signature of a message.
int csigning_sign(const uint8_t seed[32], const uint8_t *message, size_t length, uint8_t signature[64]);

#endif
