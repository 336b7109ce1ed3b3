#pragma once

#include <gpgme.h>
#include <locale.h>

// Cast macros and enumerations as the integers the calls take.
enum {
    nx_gpgme_encrypt_always_trust = GPGME_ENCRYPT_ALWAYS_TRUST,
    nx_gpgme_encrypt_no_encrypt_to = GPGME_ENCRYPT_NO_ENCRYPT_TO,
    nx_gpgme_encrypt_no_compress = GPGME_ENCRYPT_NO_COMPRESS,
    nx_gpgme_encrypt_symmetric = GPGME_ENCRYPT_SYMMETRIC,
};

static inline gpgme_error_t nx_gpgme_error(gpg_err_code_t code) { return gpgme_error(code); }

static inline void nx_gpgme_set_locale(const char *ctype) { gpgme_set_locale(NULL, LC_CTYPE, ctype); }
