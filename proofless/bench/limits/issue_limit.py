"""Limit of issuing: what libcrypto can sign with SM2, one context, the same 32 bytes' worth of work again and again."""

import ctypes as c
import os
import time

from proofless.gm import libcrypto


def sign(seconds: float) -> float:
    """Signatures per second of this process alone."""
    lib, key = libcrypto.library(), libcrypto.Key.generate()
    context = lib.EVP_PKEY_CTX_new_from_pkey(None, key._pointer, None)
    buffer, length = c.create_string_buffer(80), c.c_size_t(80)
    digest, done, began = os.urandom(32), 0, time.monotonic()
    try:
        if lib.EVP_PKEY_sign_init(context) != 1:
            raise RuntimeError("libcrypto does not sign with SM2")
        while (spent := time.monotonic() - began) < seconds:
            for _ in range(50):
                length.value = 80
                lib.EVP_PKEY_sign(context, buffer, c.byref(length), digest, 32)
            done += 50
    finally:
        lib.EVP_PKEY_CTX_free(context)
    return done / spent
