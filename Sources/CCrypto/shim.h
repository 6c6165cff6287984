/* Its plain functions for one hash allocate nothing and cannot fail, unlike those of evp.h for any hash, which OpenSSL 3 recommends. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
