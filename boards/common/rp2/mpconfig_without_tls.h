// The rp2 port's configuration without mbedtls: no TLS, no AES, no SHA-1. SHA-256 has an implementation of its own.
#include <mpconfigport.h>

#undef MICROPY_SSL_MBEDTLS // the port asks with #ifdef
#undef MICROPY_TRACKED_ALLOC
#define MICROPY_TRACKED_ALLOC (0)
#undef MICROPY_PY_CRYPTOLIB
#define MICROPY_PY_CRYPTOLIB (0)
#undef MICROPY_PY_HASHLIB_SHA1
#define MICROPY_PY_HASHLIB_SHA1 (0)
