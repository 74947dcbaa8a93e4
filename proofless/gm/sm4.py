"""SM4 (GB/T 32907-2016) in the modes GCM (authenticated) and CBC. Keys are 16 bytes."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from proofless.gm.errors import Malformed

TAG_BYTES = 16
_BLOCK = 16


def gcm_seal(key16: bytes, nonce12: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Ciphertext ‖ 16-byte tag. A nonce must never be used twice under one key."""
    _check_sizes(key16, nonce12, 12)
    encryptor = Cipher(algorithms.SM4(key16), modes.GCM(nonce12)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def gcm_open(key16: bytes, nonce12: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The plaintext of `gcm_seal`. Raises `Malformed` when key, nonce, aad or bytes differ."""
    _check_sizes(key16, nonce12, 12)
    if len(sealed) < TAG_BYTES:
        raise Malformed("SM4-GCM: shorter than its tag")
    decryptor = Cipher(algorithms.SM4(key16), modes.GCM(nonce12, sealed[-TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(aad)
    try:
        return decryptor.update(sealed[:-TAG_BYTES]) + decryptor.finalize()
    except InvalidTag as error:
        raise Malformed("SM4-GCM: not authentic") from error


def cbc_encrypt(key16: bytes, iv16: bytes, plaintext: bytes) -> bytes:
    """CBC with PKCS#7 padding. Not authenticated: only for partners that ask for it."""
    _check_sizes(key16, iv16, _BLOCK)
    pad = _BLOCK - len(plaintext) % _BLOCK
    encryptor = Cipher(algorithms.SM4(key16), modes.CBC(iv16)).encryptor()
    return encryptor.update(plaintext + bytes((pad,)) * pad) + encryptor.finalize()


def cbc_decrypt(key16: bytes, iv16: bytes, ciphertext: bytes) -> bytes:
    """The plaintext of `cbc_encrypt`. Raises `Malformed` on a wrong length or padding."""
    _check_sizes(key16, iv16, _BLOCK)
    if not ciphertext or len(ciphertext) % _BLOCK:
        raise Malformed("SM4-CBC: length is not a multiple of the block")
    decryptor = Cipher(algorithms.SM4(key16), modes.CBC(iv16)).decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes((pad,)) * pad:
        raise Malformed("SM4-CBC: bad padding")
    return padded[:-pad]


def _check_sizes(key: bytes, nonce: bytes, nonce_bytes: int) -> None:
    if len(key) != 16 or len(nonce) != nonce_bytes:
        raise Malformed(f"SM4: key of 16 and nonce of {nonce_bytes} bytes expected")
