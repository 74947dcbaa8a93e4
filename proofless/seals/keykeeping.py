"""密钥轮换与备份: the signing keys under a new KEK; all of them in one file under a password, and back.

The store itself (``gm.keystore``) settles what a crash leaves of a rotation. A sealed KEK waits as
``kek.sealed.next`` until the store is under it: ``keyring`` opens whichever of the two the store answers to.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proofless.gm import keybackup
from proofless.gm.errors import GmError
from proofless.gm.keystore import KeyExists, SoftKeyStore, rotate_kek_file
from proofless.kit import env
from proofless.seals import device, keyring
from proofless.seals.authorities import key_store
from proofless.seals.errors import SignerFailed, SignerLocked


def rotate(*, password: str = "", new_password: str = "") -> int:
    """Seal every signing key under a fresh KEK; returns how many. The node may keep running: it takes up the
    new KEK at its next look.

    A production home gives its password, and a new one when that changes too. Raises SignerLocked, SignerFailed;
    cut off anywhere, the keys open under the old or the new KEK.
    """
    keys = keyring.keys_folder()
    with _refusals(), keyring.alone():
        if env.home().demo:
            if device.configuration():
                raise SignerFailed("演示节点登记了密码设备，请先删除 keys/device.json 再轮换")
            return len(rotate_kek_file(keys / "seals", keys / keyring.PLAIN).key_ids())
        old = keyring.open_alone(password)
        secret = device.open_password(old) if device.configuration() else ""
        store, fresh = SoftKeyStore(keys / "seals", old), secrets.token_bytes(keyring.KEK_BYTES)
        keyring.put_pending(fresh, new_password or password)
        store.rotate(fresh)
        keyring.take_pending()
        if secret:
            device.seal_password(secret, fresh)
        keyring.renew_open(fresh)
        return len(store.key_ids())


def back_up(path: Path, *, backup_password: str) -> int:
    """Every signing key in one new file under a password of its own; returns how many. The key store must be
    open. Raises SignerLocked, SignerFailed."""
    keyring.check_password(backup_password)
    with _refusals():
        return len(keybackup.backup(key_store(), path, backup_password))


def restore(path: Path, *, backup_password: str) -> int:
    """Bring the keys of a backup back beside those that are there; returns how many were missing. Cut off, it
    may be run again. Raises SignerLocked, SignerFailed."""
    with _refusals():
        return len(keybackup.restore(path, backup_password, key_store()))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the library refuses, in words for the one who keeps the keys."""
    try:
        yield
    except KeyExists as error:
        raise SignerFailed("备份中有同名而不同的密钥，没有恢复任何密钥") from error
    except FileExistsError as error:
        raise SignerFailed("文件已存在，请换一个文件名") from error
    except FileNotFoundError as error:
        raise SignerFailed("文件不存在，请核对路径") from error
    except OSError as error:
        raise SignerFailed("磁盘写不进去，原密钥不受影响") from error
    except GmError as error:
        raise SignerLocked("口令不正确，或密钥文件已损坏") from error
