"""``bench ofd-verify``: full verification of sealed certificates against what libcrypto can check with SM2.

One process, processor time, three programs in turn. *Cold*: nothing that was signed is remembered — the seal's and
both certificates' signatures are checked for every file (four SM2 checks); of the trust given, the authorities' own
path is known, as after the first file. *Warm*: seals and chains checked before are remembered, one SM2 check a file.
All files differ, and each is seen once; what all files of a type have in common was seen before.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from proofless.bench.limits import ofd_verify_limit
from proofless.bench.report import Figure, Result, machine, print_result, spread
from proofless.gm import ses, sm2, x509
from proofless.gm.trust import TrustStore
from proofless.gm.x509 import Authority, KeySigner, Usage
from proofless.ofd import container, sealing, stamp, verify, writer
from proofless.ofd.faces import FaceField, FaceSpec, face_of
from proofless.ofd.facts import Verdict
from proofless.ofd.metadata import Holder, Metadata

FILES, CHECKS = 200, 400
TARGET_COLD, TARGET_WARM = 0.15, 0.25
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERIOD = NOW - 100 * DAY, NOW + 300 * DAY


@dataclass(frozen=True, slots=True)
class Files:
    """Files under one seal, and the trust that makes them valid."""

    sealed: list[bytes]
    anchors: list[bytes]
    intermediates: list[bytes]
    crls: list[bytes]

    def trust(self) -> TrustStore:
        """A store that has seen one file."""
        found = TrustStore(self.anchors, self.intermediates, self.crls)
        _check(self.sealed[0], found)
        return found


@dataclass(slots=True)
class Measured:
    """Processor microseconds: of one raw check, and of one file in each way."""

    raw: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)


def run(as_json: bool = False, *, rounds: int = 9, files: int = FILES, checks: int = CHECKS) -> int:
    load, made, found = machine(), make_files(files), Measured()
    for _ in range(rounds):
        found.raw.append(ofd_verify_limit.verify(checks) * 1e6)
        trust = made.trust()
        found.cold.append(_time(made.sealed, trust, partial(_forget_checked, trust)))
        found.warm.append(_time(made.sealed, trust, _forget_nothing))
    return print_result(_judge(found, load, len(made.sealed[0])), as_json)


def _time(files: list[bytes], trust: TrustStore, forget: Callable[[], None]) -> float:
    container.forget_parts()
    for data in files[:2]:
        _check(data, trust)
    spent = 0.0
    for data in files[2:]:
        forget()
        began = time.process_time()
        _check(data, trust)
        spent += time.process_time() - began
    return spent / (len(files) - 2) * 1e6


def _check(data: bytes, trust: TrustStore) -> None:
    found = verify.verify(data, trust, now=NOW)
    if found.verdict is not Verdict.VALID:
        raise RuntimeError(f"a good file is not found valid: {found.problems}")


def _forget_nothing() -> None:
    pass


def _forget_checked(trust: TrustStore) -> None:
    verify.forget_seals()
    trust.forget_leaves()


def make_files(count: int) -> Files:
    """Certificates that differ in every value, under a small city's PKI."""
    generate = sm2.PrivateKey.generate
    root = Authority.root(x509.name("量测根"), generate(), NOW - 900 * DAY, NOW + 3000 * DAY)
    authority = root.issue_authority(x509.name("量测子"), generate(), NOW - 800 * DAY, NOW + 2000 * DAY)
    maker = _signer(authority, "量测印章管理处", Usage.SEAL_MAKING)
    picture = ses.Picture("png", stamp.round_seal("量测局", "电子证照专用章").png(), 42, 42)
    signer = _signer(authority, "量测局")
    seal = ses.build_seal(
        seal_id="37140200000001", name="量测局电子证照专用章", signer_certificates=[signer.certificate],
        picture=picture, created_at=PERIOD[0], valid_from=PERIOD[0], valid_until=PERIOD[1], maker=maker,
    )  # fmt: skip
    crls = [one.crl([], NOW - 60 * DAY, NOW + 30 * DAY) for one in (root, authority)]
    files = [_file(number, seal, signer) for number in range(count)]
    return Files(files, [root.certificate.der], [authority.certificate.der], crls)


def _signer(authority: Authority, name: str, usage: Usage = Usage.SIGNING) -> KeySigner:
    key = sm2.PrivateKey.generate()
    return KeySigner(authority.issue(x509.name(name), key.public_key, *PERIOD, usage), key)


def _file(number: int, seal: bytes, signer: KeySigner) -> bytes:
    face = face_of(FaceSpec("量测许可证", (FaceField("holder", "持证人"), FaceField("place", "住所"))))
    name = f"量测{chr(0x4E00 + number)}"
    values = {"holder": name, "place": f"某市某路{number}号"}
    metadata = Metadata(
        "量测许可证", "", f"{number:08}", f"1.2.156.3005.2.{number}", "量测局", "", date(2026, 3, 5),
        (Holder(name, f"{number:018}", "公民身份号码", "111"),), face=face.data(values),
    )  # fmt: skip
    page = face.compose(values, metadata, f"QR{number}")
    return sealing.seal(writer.write(page, metadata), seal, signer, 1, face.seal_box, NOW - DAY)


def _judge(found: Measured, load: list[Figure], size: int) -> Result:
    raw = statistics.median(found.raw)
    cold, warm = (raw / statistics.median(one) for one in (found.cold, found.warm))
    figures = (
        *load,
        Figure("file_bytes", "文件大小", size, " 字节"),
        *spread(found.raw, "raw_us", "SM2 验签", " 微秒"),
        *spread(found.cold, "cold_us", "冷:逐个文件重验印章和证书链", " 微秒"),
        *spread(found.warm, "warm_us", "热:印章和证书链验过即记住", " 微秒"),
        Figure("cold_ratio", "冷对极限", round(cold, 3)),
        Figure("warm_ratio", "热对极限", round(warm, 3)),
    )
    return Result(
        name="ofd-verify",
        figures=figures,
        limit=round(1e6 / raw),
        ratio=round(warm, 3),
        target={"cold_ratio": TARGET_COLD, "warm_ratio": TARGET_WARM},
        met=cold >= TARGET_COLD and warm >= TARGET_WARM,
    )
