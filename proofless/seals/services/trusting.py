"""Trust in others: their certificates imported and distrusted, their revocation lists kept fresh, the policy
that says whose seals and signatures count."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from uuid import UUID

from proofless import ledger
from proofless.gm import Malformed
from proofless.gm.exchange import ask
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.seals import foreign
from proofless.seals.errors import SealNotFound, TrustRefused
from proofless.seals.foreign import ForeignCertificate
from proofless.seals.models import Recognition, TrustedCertificate
from proofless.seals.rules import SubjectKind, TrustRole

CRL_BYTES = 16 << 20
FETCH_SECONDS = 5  # the routine does one task at a time
_FETCH_EVERY = timedelta(hours=6)
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class NewTrust:
    """A certificate (DER or PEM) to trust within a period for some kinds of subjects."""

    name: str
    certificate: bytes
    role: TrustRole
    scope: tuple[SubjectKind, ...]
    trusted_from: datetime
    trusted_until: datetime
    crl_url: str = ""


def import_certificate(*, actor: Actor, new: NewTrust) -> UUID:
    """Trust a CA, a link below one, or a maker of seals. Raises TrustRefused, InputInvalid.

    An anchor must carry its own signature; nothing is fetched here.
    """
    actor.check(Permission.SEAL_APPROVE)
    certificate = _read(new.certificate)
    _check(new, certificate)
    with ledger.act(None, actor) as act:
        digest = certificate.digest
        if TrustedCertificate.objects.filter(digest=digest).exists():
            raise TrustRefused("这张证书已在信任列表中", digest=digest[:16])
        row = TrustedCertificate.objects.create(
            id=new_id(),
            name=new.name.strip(),
            role=new.role,
            certificate=certificate.der,
            digest=digest,
            scope=[kind.value for kind in new.scope],
            trusted_from=new.trusted_from,
            trusted_until=new.trusted_until,
            crl_url=new.crl_url,
            imported_by=actor.account_id,
            imported_at=clock.now(),
        )
        detail = {"digest": digest, "role": new.role.value, "scope": row.scope}
        act.enter(Kind.TRUST_IMPORTED, object_kind="trusted", object_id=row.id, detail=detail)
    return row.id


def _read(data: bytes) -> ForeignCertificate:
    try:
        return foreign.read_certificate(data)
    except Malformed as error:
        raise TrustRefused(
            "不是可以信任的证书：须为 SM2、RSA（2048 位以上）或 ECDSA（256 位以上）证书，DER 或 PEM 格式"
        ) from error


def _check(new: NewTrust, certificate: ForeignCertificate) -> None:
    wrong = {}
    if not new.name.strip():
        wrong["name"] = "请填写名称"
    if not new.scope:
        wrong["scope"] = "请至少选择一类主体"
    if new.trusted_from >= new.trusted_until:
        wrong["trusted_until"] = "信任的结束日期须晚于开始日期"
    if new.crl_url and urlsplit(new.crl_url).scheme not in {"http", "https"}:
        wrong["crl_url"] = "吊销列表地址须以 http:// 或 https:// 开头"
    if wrong:
        raise InputInvalid(fields=wrong)
    if new.role is not TrustRole.MAKER and not certificate.signs_others:
        raise TrustRefused("这不是证书机构的证书，不能签发其他证书")
    if new.role is TrustRole.MAKER and (certificate.signs_others or not certificate.signs_documents):
        raise TrustRefused("制章者证书须是用于签名的最终证书")
    if new.role is TrustRole.MAKER and certificate.algorithm != foreign.SM2:
        raise TrustRefused("电子印章用 SM2 制作（GB/T 38540），制章者证书须为 SM2 证书")
    if new.role is TrustRole.ANCHOR and not certificate.self_issued:
        raise TrustRefused("根证书须由自己签发；由上级签发的请作为中间证书导入")


def distrust(*, actor: Actor, trusted_id: UUID, since: datetime, reason: str) -> None:
    """From a moment on nothing signed under this certificate counts; what was signed before still does.

    A CA that was broken into is distrusted from its beginning.
    """
    actor.check(Permission.SEAL_APPROVE)
    if not reason.strip():
        raise InputInvalid(fields={"reason": "请写明不再信任的原因"})
    with ledger.act(None, actor) as act:
        row = _lock(trusted_id)
        row.distrusted_from, row.distrust_reason = since, reason.strip()
        row.save(update_fields=["distrusted_from", "distrust_reason"])
        detail = {"digest": row.digest, "since": since.isoformat()}
        act.enter(Kind.TRUST_ENDED, object_kind="trusted", object_id=row.id, detail=detail)


def upload_crl(*, actor: Actor, trusted_id: UUID, data: bytes) -> None:
    """A newer revocation list of a trusted CA, signed by it. Raises TrustRefused."""
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(None, actor) as act:
        row = _lock(trusted_id)
        _take(row, data)
        act.enter(
            Kind.TRUST_CRL_RENEWED,
            object_kind="trusted",
            object_id=row.id,
            detail={"digest": row.digest, "bytes": len(row.crl)},
        )


def _take(row: TrustedCertificate, data: bytes) -> None:
    """Check and keep a list. An older one never takes the place of a newer one."""
    try:
        found = foreign.read_list(data, foreign.read_certificate(bytes(row.certificate)))
    except Malformed as error:
        raise TrustRefused("不是可以读取的吊销列表（DER 或 PEM）") from error
    if found is None:
        raise TrustRefused("吊销列表不是由这张证书签发的")
    if row.crl_this_at is not None and found.this_update < row.crl_this_at:
        raise TrustRefused("吊销列表比现有的旧，不能替换")
    if found.next_update < clock.now():
        raise TrustRefused("吊销列表已过期，请取得最新的一份")
    row.crl, row.crl_this_at, row.crl_next_at = found.der, found.this_update, found.next_update
    row.crl_problem, row.crl_tried_at = "", clock.now()
    row.save(update_fields=["crl", "crl_this_at", "crl_next_at", "crl_problem", "crl_tried_at"])


def refresh_foreign_crls(*, actor: Actor, fetch: Fetch | None = None) -> int:
    """Fetch lists past half their time, each at most every six hours; returns how many are new.

    One CA that does not answer stops no other; its row says what went wrong.
    """
    actor.check(Permission.SEAL_APPROVE)
    done = 0
    for row in _due():
        # Fetched before the act: no transaction waits for a stranger's server.
        data, problem = _fetched(row.crl_url, fetch or fetch_crl)
        with ledger.act(None, actor) as act:
            locked = _lock(row.id)
            if not problem:
                try:
                    _take(locked, data)
                    done += 1
                except TrustRefused as refusal:
                    problem = refusal.message
            if problem:
                locked.crl_problem, locked.crl_tried_at = problem, clock.now()
                locked.save(update_fields=["crl_problem", "crl_tried_at"])
            detail = {"digest": locked.digest, "bytes": len(data), "taken": int(not problem)}
            act.enter(Kind.TRUST_CRL_RENEWED, object_kind="trusted", object_id=locked.id, detail=detail)
    return done


def _due() -> list[TrustedCertificate]:
    now = clock.now()
    found = []
    for row in TrustedCertificate.objects.exclude(crl_url="").filter(trusted_until__gt=now):
        if row.distrusted_from is not None and row.distrusted_from <= now:
            continue
        if row.crl_tried_at is not None and now - row.crl_tried_at < _FETCH_EVERY:
            continue
        if (
            row.crl_this_at
            and row.crl_next_at
            and now < row.crl_this_at + (row.crl_next_at - row.crl_this_at) / 2
        ):
            continue
        found.append(row)
    return found


def _fetched(url: str, fetch: Fetch) -> tuple[bytes, str]:
    try:
        return fetch(url), ""
    except (OSError, ValueError) as error:
        return b"", f"取不到吊销列表：{_why(error)}"


def _why(error: OSError | ValueError) -> str:
    """What an administrator can look into; never what the stranger's server said."""
    if isinstance(error, HTTPError):
        return f"对方答复 {error.code}"
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "对方没有在规定时间内答复"
    if isinstance(reason, ssl.SSLError):
        return "对方的 HTTPS 证书不可信"
    if isinstance(reason, ConnectionError | socket.gaierror):
        return "连接不上，请核对地址和网络"
    return "答复过大、不完整或地址不对"


def fetch_crl(url: str) -> bytes:
    """A revocation list by http(s), bounded in size and time. Raises OSError, ValueError."""
    return ask(url, timeout_s=FETCH_SECONDS, most_bytes=CRL_BYTES)


def set_recognition(*, actor: Actor, subject_kind: SubjectKind, seals: bool, signatures: bool) -> None:
    """Decide whether the seals and the plain signatures of a kind of subject count."""
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(None, actor) as act:
        Recognition.objects.update_or_create(
            subject_kind=subject_kind,
            defaults={
                "seals": seals,
                "signatures": signatures,
                "set_by": actor.account_id,
                "set_at": clock.now(),
            },
        )
        detail = {"seals": int(seals), "signatures": int(signatures)}
        act.enter(Kind.RECOGNITION_SET, object_kind="recognition", object_id=subject_kind, detail=detail)


def _lock(trusted_id: UUID) -> TrustedCertificate:
    row = TrustedCertificate.objects.select_for_update().filter(id=trusted_id).first()
    if row is None:
        raise SealNotFound()
    return row
