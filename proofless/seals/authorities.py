"""The authorities of a home: a root, an issuing authority below it, the maker of seals. Keys are sealed.

Each home is its own small trust domain, named "Proofless Demo" in a demo home; a city's real authority would
sign the issuing authority's certificate instead.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from proofless.gm import Locked
from proofless.gm.keystore import SoftKeyStore, UnknownKey, kek_from_file
from proofless.gm.x509 import Authority as Issuer
from proofless.gm.x509 import KeySigner, Revocation, Usage, load_certificate, name
from proofless.kit import clock, env
from proofless.kit.ids import new_id
from proofless.seals.errors import SignerLocked
from proofless.seals.models import Authority, AuthorityRole

ROOT_YEARS, SUB_YEARS, MAKER_YEARS = 20, 15, 10
CRL_DAYS = 30
_BACKDATE = timedelta(minutes=5)  # clocks of relying parties run behind


def key_store() -> SoftKeyStore:
    """The home's signing keys. Raises SignerLocked when the key-encryption key is missing or wrong."""
    return _open_store(env.home_root() / "keys")


@lru_cache(maxsize=8)
def _open_store(keys: Path) -> SoftKeyStore:
    folder, kek = keys / "seals", keys / "kek.key"
    # A new key-encryption key beside keys sealed under another would only hide that the right one is lost.
    if not kek.exists():
        raise SignerLocked()
    try:
        return SoftKeyStore(folder, kek_from_file(kek))
    except Locked as error:
        raise SignerLocked() from error


@lru_cache(maxsize=256)
def signer(home: Path, key_id: str, certificate: bytes) -> KeySigner:
    """A key with its certificate, kept loaded. ``home`` keeps the homes of one process apart."""
    try:
        return _open_store(home / "keys").signer(key_id, certificate)
    except (Locked, UnknownKey) as error:
        raise SignerLocked() from error


def new_key_id(kind: str) -> str:
    """A key id nobody used: a key made by an act that failed is left behind and never taken up again."""
    return f"{kind}-{new_id().hex}"


def title() -> str:
    """The name all certificates of this home carry."""
    return "Proofless Demo" if env.home().demo else f"{env.home().city}电子印章"


def make_authorities() -> list[Authority]:
    """Root, issuing authority and maker of seals, unsaved, with fresh keys and first revocation lists."""
    store, start = key_store(), clock.now() - _BACKDATE
    keys = {role: new_key_id(role.value) for role in AuthorityRole}
    root_key, sub_key, maker_key = (store.generate(keys[role]) for role in AuthorityRole)
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
    key_id = new_key_id("signer")
    public_key = key_store().generate(key_id).public_key
    issuer = _issuer(authorities[AuthorityRole.SUB])
    return key_id, issuer.issue(_name(unit), public_key, clock.now() - _BACKDATE, valid_to)


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
