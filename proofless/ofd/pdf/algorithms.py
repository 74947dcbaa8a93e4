"""Signature algorithms of PDF signers: what pyHanko knows (RSA, ECDSA …) and SM2 with SM3 by gm."""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from asn1crypto import algos
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
    SignatureValidator,
)

from proofless.gm import GmError, sm2, sm3, x509

# It logs what stands in a file it finds fault with: a stranger's words, perhaps a person's.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False

SM3_NAME = "sm3"
# GB/T 35275 names the bare curve's signature; RFC 8998 style CMS the signature with its digest.
_SM2_SIGNATURES = (x509.SM2_WITH_SM3, "1.2.156.10197.1.301.1")
_T = TypeVar("_T")

# asn1crypto knows neither: its tables are how it is told.
algos.DigestAlgorithmId._map.setdefault(sm3.OID, SM3_NAME)
algos.DigestAlgorithmId._reverse_map = None


class Signatures(SignatureValidator):
    """Checks SM2 signatures by gm, all others as pyHanko does."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: Any,
        signature_algorithm: Any,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        if signature_algorithm["algorithm"].dotted not in _SM2_SIGNATURES:
            DefaultSignatureValidator().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        try:
            key = sm2.PublicKey.from_raw(public_key_info["public_key"].native)
            holds = not context.prehashed and key.verify(signed_data, signature)
        except (GmError, ValueError) as error:
            raise InvalidSignature from error
        if not holds:
            raise InvalidSignature


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine of pyHanko's, also for a caller who is inside an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()
