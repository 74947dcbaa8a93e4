"""密钥备份: all keys of a soft key store in one file under a password, and back into a store.

The file is magic ‖ salt ‖ nonce ‖ SM4-GCM(scrypt(password), SEQUENCE OF SEQUENCE{UTF8String id, OCTET
STRING PKCS#8}). Whoever has file and password has every key: keep them apart, and neither on this machine.
"""

import secrets
from pathlib import Path

from proofless.gm import der, sm2, sm3, sm4
from proofless.gm.errors import Locked, Malformed
from proofless.gm.keystore import KeyExists, SoftKeyStore, stretch, write_new

_MAGIC = b"PLB1"
_SALT_BYTES, _NONCE_BYTES = 16, 12


def backup(store: SoftKeyStore, to: Path, password: str) -> list[str]:
    """Write every key into a new file of mode 0600; the key ids. Raises `FileExistsError`, `Locked`."""
    key_ids = store.key_ids()
    entries = (
        der.sequence(der.text(der.UTF8_STRING, key_id), der.octets(store.key(key_id).to_pkcs8()))
        for key_id in key_ids
    )
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    sealed = sm4.gcm_seal(_key(password, salt), nonce, der.sequence(*entries), _MAGIC + salt)
    write_new(Path(to), _MAGIC + salt + nonce + sealed)
    return key_ids


def restore(source: Path, password: str, store: SoftKeyStore) -> list[str]:
    """Bring the backup's keys into the store, beside those it has; the ids that were missing.

    A key that is there already and the same is left; cut off, it may be run again. Raises, before writing
    anything: `Locked` for a wrong password or a damaged file, `KeyExists` for another key of the same id.
    """
    keys = _read(Path(source).read_bytes(), password)
    present = set(store.key_ids())
    for key_id in present & set(keys):
        if store.key(key_id).public_key != keys[key_id].public_key:
            raise KeyExists(key_id)
    missing = [key_id for key_id in keys if key_id not in present]
    for key_id in missing:
        store.add(key_id, keys[key_id])
    return missing


def _read(data: bytes, password: str) -> dict[str, sm2.PrivateKey]:
    start = len(_MAGIC) + _SALT_BYTES
    salt, nonce, sealed = data[len(_MAGIC) : start], data[start:][:_NONCE_BYTES], data[start + _NONCE_BYTES :]
    try:
        if not data.startswith(_MAGIC):
            raise Malformed("not a key backup")
        plain = sm4.gcm_open(_key(password, salt), nonce, sealed, _MAGIC + salt)
    except Malformed as error:
        raise Locked(
            "备份口令不对,或备份文件已损坏。 Wrong backup password, or the file is damaged"
        ) from error
    entries, found = der.Reader(plain).enter(), {}
    while not entries.at_end:
        entry = entries.enter()
        key_id = entry.text(der.UTF8_STRING)
        found[key_id] = sm2.PrivateKey.from_pkcs8(entry.octets())
    return found


def _key(password: str, salt: bytes) -> bytes:
    return sm3.hmac(stretch(password, salt), b"proofless key backup")[:16]
