"""The authorities of a home: a root, an issuing authority below it, the maker of seals. Keys are sealed.

Each home is its own small trust domain, named "Proofless Demo" in a demo home; a city's real authority would
sign the issuing authority's certificate instead.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from proofless.gm import Locked
from proofless.gm.errors import GmError
from proofless.gm.keystore import SoftKeyStore, UnknownKey, open_with_file
from proofless.gm.x509 import Authority as Issuer
from proofless.gm.x509 import Key, KeySigner, Revocation, Usage, load_certificate, name
from proofless.kit import clock, env
from proofless.kit.ids import new_id
from proofless.seals import device, keyring
from proofless.seals.errors import SignerFailed, SignerLocked
from proofless.seals.models import Authority, AuthorityRole, Seal

ROOT_YEARS, SUB_YEARS, MAKER_YEARS = 20, 15, 10
CRL_DAYS = 30
_BACKDATE = timedelta(minutes=5)  # clocks of relying parties run behind


def key_store() -> SoftKeyStore:
    """The home's signing keys. Raises SignerLocked, saying why and what to do."""
    return _store(env.home_root() / "keys", _stamp())


@lru_cache(maxsize=8)
def _store(keys: Path, stamp: keyring.Stamp) -> SoftKeyStore:
    """Open as long as the KEK's file stays what it was: the stamp makes the answer no older than that."""
    folder = keys / "seals"
    try:
        if env.home().demo:
            with keyring.alone():
                return open_with_file(folder, keys / keyring.PLAIN)
        return SoftKeyStore(folder, keyring.opened().kek)
    except Locked as error:
        raise SignerLocked("主密钥打不开签名密钥，请从备份恢复与之配套的主密钥") from error
    except OSError as error:
        raise SignerFailed("签名密钥目录无法读写，请检查磁盘空间和权限") from error


def signer(home: Path, key_id: str, certificate: bytes) -> KeySigner:
    """A key with its certificate, kept loaded until the key store is locked or its keys are rotated.

    ``home`` keeps the homes of one process apart. Raises SignerLocked.
    """
    return _signer(home, key_id, certificate, _stamp())


@lru_cache(maxsize=256)
def _signer(home: Path, key_id: str, certificate: bytes, stamp: keyring.Stamp) -> KeySigner:
    if key_id.startswith(device.PREFIX):
        return _device_signer(key_id, certificate)
    try:
        return _store(home / "keys", stamp).signer(key_id, certificate)
    except UnknownKey as error:
        raise SignerLocked("签名密钥文件不在，请从密钥备份恢复", key=key_id) from error
    except Locked as error:
        raise SignerLocked("签名密钥文件已损坏，请从密钥备份恢复", key=key_id) from error


def _stamp() -> keyring.Stamp:
    """Raises SignerLocked, and then keeps no key in memory either."""
    try:
        return keyring.stamp()
    except SignerLocked:
        forget()
        raise


def forget() -> None:
    """Drop every loaded key."""
    _signer.cache_clear()
    _store.cache_clear()


def _device_signer(key_id: str, certificate: bytes) -> KeySigner:
    key = device.key(key_id)
    if key.public_key != load_certificate(certificate).public_key:
        raise SignerFailed("密码设备中的密钥与印章不符，可能接入了另一台设备", key=key_id)
    return KeySigner(certificate, key)


def generate(key_id: str) -> Key:
    """A new key in the store. Raises SignerLocked, SignerFailed when it cannot be written."""
    try:
        return key_store().generate(key_id)
    except (OSError, GmError) as error:
        raise SignerFailed("新的签名密钥写不进密钥库，请检查磁盘空间和权限") from error


def new_signing_key() -> tuple[str, Key]:
    """A key for a new seal, (key id, key): in the device where there is one, else in the store."""
    found = device.configuration()
    if found is not None:
        used = Seal.objects.filter(signer_key_id__startswith=device.PREFIX)
        return device.take_key(found, set(used.values_list("signer_key_id", flat=True)))
    key_id = new_key_id("signer")
    return key_id, generate(key_id)


def new_key_id(kind: str) -> str:
    """A key id nobody used: a key made by an act that failed is left behind and never taken up again."""
    return f"{kind}-{new_id().hex}"


def title() -> str:
    """The name all certificates of this home carry."""
    return "Proofless Demo" if env.home().demo else f"{env.home().city}电子印章"


def make_authorities() -> list[Authority]:
    """Root, issuing authority and maker of seals, unsaved, with fresh keys and first revocation lists."""
    start = clock.now() - _BACKDATE
    keys = {role: new_key_id(role.value) for role in AuthorityRole}
    root_key, sub_key, maker_key = (generate(keys[role]) for role in AuthorityRole)
    root = Issuer.root(_name("Root CA"), root_key, start, _after(start, ROOT_YEARS))
    sub = root.issue_authority(_name("Issuing CA"), sub_key, start, _after(start, SUB_YEARS))
    maker = sub.issue(
        _name("Seal Maker"), maker_key.public_key, start, _after(start, MAKER_YEARS), Usage.SEAL_MAKING
    )
    certificates = {
        AuthorityRole.ROOT: root.certificate.der,
        AuthorityRole.SUB: sub.certificate.der,
        AuthorityRole.MAKER: maker,
    }
    rows = [Authority(role=role, key_id=keys[role], certificate=certificates[role]) for role in AuthorityRole]
    for row in rows:
        write_crl(row, [])
    return rows


def issue_signer(authorities: Mapping[str, Authority], unit: str, valid_to: datetime) -> tuple[str, bytes]:
    """A new signing key and its certificate for a department: (key id, DER)."""
    key_id, key = new_signing_key()
    issuer = _issuer(authorities[AuthorityRole.SUB])
    return key_id, issuer.issue(_name(unit), key.public_key, clock.now() - _BACKDATE, valid_to)


def maker_of(authorities: Mapping[str, Authority]) -> KeySigner:
    row = authorities[AuthorityRole.MAKER]
    return signer(env.home_root(), row.key_id, bytes(row.certificate))


def write_crl(row: Authority, revoked: Iterable[tuple[bytes, datetime, str]]) -> None:
    """Give an authority a fresh revocation list of (certificate, instant, reason). A maker publishes none."""
    if row.role == AuthorityRole.MAKER:
        return
    now = clock.now()
    lines = [Revocation(load_certificate(raw).serial_number, at, reason) for raw, at, reason in revoked]
    row.crl_next_at = now + timedelta(days=CRL_DAYS)
    row.crl = _issuer(row).crl(lines, now - _BACKDATE, row.crl_next_at)


def _issuer(row: Authority) -> Issuer:
    return Issuer(bytes(row.certificate), key_store().key(row.key_id))


def _name(common: str) -> object:
    return name(f"{title()} {common}", organization=title())


def _after(start: datetime, years: int) -> datetime:
    return start + timedelta(days=365 * years)
