"""Limit of the file verification benchmark: libcrypto checks one SM2 signature again and again."""

import time

from proofless.gm.sm2 import PrivateKey

MESSAGE = b"Proofless".ljust(32)


def verify(count: int) -> float:
    """Processor seconds for one check."""
    key = PrivateKey.generate()
    signature, public = key.sign(MESSAGE), key.public_key
    began = time.process_time()
    for _ in range(count):
        if not public.verify(MESSAGE, signature):
            raise RuntimeError("libcrypto refuses its own signature")
    return (time.process_time() - began) / count
