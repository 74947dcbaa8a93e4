"""Agreement with a second, independent implementation (the pure Python package gmssl): what two programs of
different origin call the same, an outside reader will too."""

import secrets

import pytest
from gmssl import sm2 as theirs_sm2
from gmssl import sm3 as theirs_sm3
from gmssl import sm4 as theirs_sm4

from proofless.gm import sm2, sm3, sm4

# GB/T 32918.5-2017 Annex A.2: the package mangles keys whose hexadecimal begins with 04, this one does not.
PRIVATE = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
OURS = sm2.PrivateKey.from_raw(bytes.fromhex(PRIVATE))
THEIRS = theirs_sm2.CryptSM2(PRIVATE, OURS.public_key.raw[1:].hex(), mode=1)
SIZES = [1, 15, 16, 17, 55, 56, 63, 64, 65, 300]


def test_signatures_both_ways() -> None:
    for message in (b"m", b"", secrets.token_bytes(200)):
        assert THEIRS.verify_with_sm3(sm2.decode_der(OURS.sign(message)).hex(), message)
        signature = sm2.encode_der(bytes.fromhex(THEIRS.sign_with_sm3(message)))
        assert OURS.public_key.verify(message, signature)
        assert not OURS.public_key.verify(message + b"!", signature)


@pytest.mark.parametrize("size", [2, 19, 64])
def test_encryption_both_ways(size: int) -> None:
    message = secrets.token_bytes(size)
    assert THEIRS.decrypt(sm2.decode_cipher(OURS.public_key.encrypt(message))[1:]) == message
    assert OURS.decrypt(sm2.encode_cipher(b"\x04" + THEIRS.encrypt(message))) == message


@pytest.mark.parametrize("size", SIZES)
def test_digests(size: int) -> None:
    data = secrets.token_bytes(size)
    assert theirs_sm3.sm3_hash(list(data)) == sm3.digest(data).hex()


@pytest.mark.parametrize("size", SIZES)
def test_cipher_both_ways(size: int) -> None:
    key, iv, data = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(size)
    cipher = theirs_sm4.CryptSM4()
    cipher.set_key(key, theirs_sm4.SM4_ENCRYPT)
    assert cipher.crypt_cbc(iv, data) == sm4.cbc_encrypt(key, iv, data)
    cipher.set_key(key, theirs_sm4.SM4_DECRYPT)
    assert cipher.crypt_cbc(iv, sm4.cbc_encrypt(key, iv, data)) == data
