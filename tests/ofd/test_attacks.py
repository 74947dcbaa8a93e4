"""Attacks on sealed files. Each scene says who would be deceived; none may come out valid, under any policy.

The first eleven are those a widely used open verifier accepts or refuses in part; the rest are ours.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from proofless.gm import der, sm3, x509
from proofless.gm.x509 import Revocation
from proofless.ofd.facts import ProblemCode, Verdict, Verification
from proofless.ofd.verify import verify

DAY = timedelta(days=1)
PAGE = "Doc_0/Pages/Page_0/Content.xml"
LIST = "Doc_0/Signs/Signatures.xml"
SIGN = "Doc_0/Signs/Sign_0/"
Attack = Callable[[Any], dict[str, bytes]]

P = ProblemCode
ATTACKS: dict[str, tuple[Attack, ProblemCode]] = {}


def attack(code: ProblemCode) -> Callable[[Attack], Attack]:
    def register(build: Attack) -> Attack:
        ATTACKS[build.__name__] = build, code
        return build

    return register


def edited(parts: dict[str, bytes], path: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in parts[path]
    return parts | {path: parts[path].replace(old.encode(), new.encode())}


@attack(P.PART_CHANGED)
def name_on_the_page_changed(city: Any) -> dict[str, bytes]:
    """王五 writes his own name on 张三's certificate."""
    return edited(city.sealed(), PAGE, "张三", "王五")


@attack(P.PART_CHANGED)
def document_given_annotations(city: Any) -> dict[str, bytes]:
    added = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>"
    return edited(city.sealed(), "Doc_0/Document.xml", "</ofd:Document>", added)


@attack(P.SEAL_REPLACED)
def seal_file_changed(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    return parts | {SIGN + "Seal.esl": parts[SIGN + "Seal.esl"][:-1] + b"\0"}


@attack(P.DESCRIPTION_CHANGED)
def description_changed(city: Any) -> dict[str, bytes]:
    """The seal's picture is moved onto another text."""
    return edited(city.sealed(), SIGN + "Signature.xml", "120 200 40 40", "20 20 40 40")


@attack(P.SIGNATURE_VALUE)
def signed_value_changed(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    value = parts[SIGN + "SignedValue.dat"]
    return parts | {SIGN + "SignedValue.dat": value[:-1] + bytes((value[-1] ^ 1,))}


@attack(P.SEAL_NOT_VALID_AT)
def seal_expired(city: Any) -> dict[str, bytes]:
    """A dismissed clerk goes on sealing with last year's seal."""
    times = {"created_at": city.now - 90 * DAY, "valid_from": city.now - 90 * DAY}
    return city.sealed(seal=city.make_seal(**times, valid_until=city.now - 5 * DAY))


@attack(P.SIGNER_NOT_LISTED)
def signer_not_in_the_seals_list(city: Any) -> dict[str, bytes]:
    """Another department's clerk uses this department's seal with her own key."""
    return city.sealed(signer=city.colleague)


@attack(P.SEAL_MAKER_SIGNATURE)
def seal_with_a_wrong_maker_signature(city: Any) -> dict[str, bytes]:
    forged = x509.KeySigner(city.maker.certificate, city.outsider.key)
    return city.sealed(seal=city.make_seal(maker=forged))


@attack(P.PART_UNPROTECTED)
def references_skip_the_edited_page(city: Any) -> dict[str, bytes]:
    return edited(city.sealed(skip=(PAGE,)), PAGE, "张三", "王五")


@attack(P.PART_UNPROTECTED)
def extra_unreferenced_file(city: Any) -> dict[str, bytes]:
    return city.sealed() | {"Doc_0/Attachs/evil.xml": b"<a/>"}


@attack(P.SIGNER_UNTRUSTED)
def stranger_with_a_seal_of_his_own(city: Any) -> dict[str, bytes]:
    """王五 makes a CA, a seal and a certificate, all in the department's name."""
    certificates = [city.outsider.certificate]
    seal = city.make_seal(signer_certificates=certificates, maker=city.outsider)
    return city.sealed(signer=city.outsider, seal=seal)


@attack(P.SEAL_MAKER_UNTRUSTED)
def clerk_makes_a_seal_for_himself(city: Any) -> dict[str, bytes]:
    """A signing key of the city must not make the city's seals."""
    certificates = [city.colleague.certificate]
    seal = city.make_seal(name="某市人民政府", signer_certificates=certificates, maker=city.colleague)
    return city.sealed(signer=city.colleague, seal=seal)


@attack(P.SIGNATURE_UNREADABLE)
def trailing_bytes_after_the_value(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    return parts | {SIGN + "SignedValue.dat": parts[SIGN + "SignedValue.dat"] + b"\0"}


@attack(P.SEAL_REPLACED)
def trailing_bytes_after_the_seal(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    return parts | {SIGN + "Seal.esl": parts[SIGN + "Seal.esl"] + b"\0"}


@attack(P.DESCRIPTION_CHANGED)
def seal_lifted_from_another_document(city: Any) -> dict[str, bytes]:
    """王五 has a real certificate of his own and cuts its seal out for 张三's."""
    theirs = city.sealed("王五")
    return city.sealed() | {SIGN + "SignedValue.dat": theirs[SIGN + "SignedValue.dat"]}


@attack(P.PART_CHANGED)
def whole_signature_lifted_from_another_document(city: Any) -> dict[str, bytes]:
    theirs = city.sealed("王五")
    return city.sealed() | {name: part for name, part in theirs.items() if name.startswith(SIGN)}


@attack(P.SIGNATURE_OF_OTHER_DOCUMENT)
def value_made_for_another_place(city: Any) -> dict[str, bytes]:
    return city.sealed(property_info="/Doc_0/Signs/Sign_7/Signature.xml")


@attack(P.PART_CHANGED)
def seal_added_to_a_closed_document(city: Any) -> dict[str, bytes]:
    return city.seal(city.sealed())


@attack(P.PART_CHANGED)
def last_seal_removed(city: Any) -> dict[str, bytes]:
    """The second of two seals, a refusal's, is cut away from the closed file's list."""
    parts = city.seal(city.sealed(close=False))
    listed = b"<ofd:Signature ID='2' Type='Seal' BaseLoc='/Doc_0/Signs/Sign_1/Signature.xml'/>"
    parts[LIST] = parts[LIST].replace(listed, b"")
    return city.sealed() | {LIST: parts[LIST] + b" "}


@attack(P.CHANGED_AFTER_SEALING)
def attachment_slipped_in_between_two_seals(city: Any) -> dict[str, bytes]:
    return city.seal(city.sealed(close=False) | {"Doc_0/Attachs/evil.xml": b"<a/>"})


@attack(P.SEAL_NOT_VALID_AT)
def clock_before_the_seals_start(city: Any) -> dict[str, bytes]:
    return city.sealed(at=city.now - 31 * DAY)


@attack(P.SEAL_NOT_VALID_AT)
def signed_before_the_seal_was_made(city: Any) -> dict[str, bytes]:
    """王五 back-dates: the seal's period covers the time, but the seal did not exist yet."""
    seal = city.make_seal(valid_from=city.now - 90 * DAY, created_at=city.now - 5 * DAY)
    return city.sealed(seal=seal, at=city.now - 20 * DAY)


@attack(P.TIME_IN_FUTURE)
def signing_time_in_the_future(city: Any) -> dict[str, bytes]:
    return city.sealed(at=city.now + DAY)


@attack(P.SIGNER_EXPIRED)
def signer_certificate_expired(city: Any) -> dict[str, bytes]:
    seal = city.make_seal(valid_until=city.now + 3000 * DAY)
    return city.sealed(seal=seal, at=city.now + 400 * DAY)


@attack(P.TIME_STAMP_NOT_CHECKED)
def time_stamp_glued_on(city: Any) -> dict[str, bytes]:
    """The time stamp lies outside what the signer signed: anybody may add one."""
    parts = city.sealed()
    path = SIGN + "SignedValue.dat"
    inside = der.Reader(parts[path]).content(der.SEQUENCE)
    return parts | {path: der.sequence(inside, der.element(0xA0, der.bits(b"stamp")))}


@attack(P.SIGNATURE_UNREADABLE)
def other_digest_algorithm(city: Any) -> dict[str, bytes]:
    return edited(
        city.sealed(), SIGN + "Signature.xml", "CheckMethod='1.2.156.10197.1.401'", "CheckMethod='MD5'"
    )


@attack(P.PART_MISSING)
def part_removed(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    del parts[PAGE]
    return parts


@attack(P.SEAL_REPLACED)
def seal_file_removed(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    del parts[SIGN + "Seal.esl"]
    return parts


@attack(P.PART_MISSING)
def signed_value_removed(city: Any) -> dict[str, bytes]:
    parts = city.sealed()
    del parts[SIGN + "SignedValue.dat"]
    return parts


@attack(P.PART_CHANGED)
def second_document_put_in_front(city: Any) -> dict[str, bytes]:
    """The page a reader opens first is 王五's; 张三's sealed pages stay where they are."""
    parts = city.sealed()
    body = parts["OFD.xml"].replace(b"Doc_0/Document.xml", b"Doc_0/Signs/../Evil.xml")
    return parts | {"OFD.xml": body}


@attack(P.UNREADABLE)
def two_documents_in_one_file(city: Any) -> dict[str, bytes]:
    return edited(city.sealed(), "OFD.xml", "</ofd:OFD>", "<ofd:DocBody/></ofd:OFD>")


@attack(P.UNREADABLE)
def entities_in_the_list(city: Any) -> dict[str, bytes]:
    parts = city.sealed(close=False)
    return parts | {LIST: b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + parts[LIST]}


@attack(P.UNREADABLE)
def entities_in_a_sealed_page(city: Any) -> dict[str, bytes]:
    """A page whose words come from outside shows every reader another name under one seal."""
    page = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'http://evil/name'>]><a>&x;</a>"
    unsealed = {name: part for name, part in city.sealed().items() if "Signs" not in name}
    return city.seal(unsealed | {PAGE: page})


@attack(P.UNREADABLE)
def utf16_page(city: Any) -> dict[str, bytes]:
    return city.sealed() | {"Doc_0/x.xml": "<!DOCTYPE a><a/>".encode("utf-16")}


@attack(P.UNREADABLE)
def path_by_case(city: Any) -> dict[str, bytes]:
    """On a system without letter case the second page overwrites the first."""
    return city.sealed() | {PAGE.lower(): b"<a/>"}


@attack(P.UNREADABLE)
def path_by_unicode_form(city: Any) -> dict[str, bytes]:
    return city.sealed() | {PAGE.replace("Content", "Ｃontent"): b"<a/>"}


@attack(P.SIGNATURE_UNREADABLE)
def signature_of_another_version(city: Any) -> dict[str, bytes]:
    """A seal of 2020 in a signature that calls itself one of 2025, for which other rules might hold."""
    parts = city.sealed()
    path = SIGN + "SignedValue.dat"
    at = parts[path].index(b"\x02\x01\x04")
    return parts | {path: parts[path][: at + 2] + b"\x05" + parts[path][at + 3 :]}


@attack(P.SIGNATURE_UNREADABLE)
def part_covered_twice(city: Any) -> dict[str, bytes]:
    """One digest for the page as sealed, one for the page as forged."""
    parts = city.sealed()
    again = b"<ofd:Reference FileRef='/" + PAGE.encode()
    at = parts[SIGN + "Signature.xml"].index(again)
    end = parts[SIGN + "Signature.xml"].index(b"</ofd:Reference>", at) + len(b"</ofd:Reference>")
    data = parts[SIGN + "Signature.xml"]
    return parts | {SIGN + "Signature.xml": data[:end] + data[at:end] + data[end:]}


@attack(P.SIGNATURE_UNREADABLE)
def covered_by_a_roundabout_path(city: Any) -> dict[str, bytes]:
    return edited(city.sealed(), SIGN + "Signature.xml", f"'/{PAGE}'", "'/Doc_0/./Pages/Page_0/Content.xml'")


@attack(P.SIGNER_UNTRUSTED)
def stranger_seals_after_the_department(city: Any) -> dict[str, bytes]:
    """王五 adds a seal of his own to a file left open, so that two seals shine on the page."""
    certificates = [city.outsider.certificate]
    seal = city.make_seal(signer_certificates=certificates, maker=city.outsider)
    return city.seal(city.sealed(close=False), signer=city.outsider, seal=seal)


@attack(P.NOT_SEALED)
def list_of_seals_unhooked(city: Any) -> dict[str, bytes]:
    """The seals lie in the package, but nothing says that they count: no reader would check them."""
    return edited(city.sealed(), "OFD.xml", f"<ofd:Signatures>/{LIST}</ofd:Signatures>", "")


@attack(P.PART_UNPROTECTED)
def document_moved_to_unsealed_parts(city: Any) -> dict[str, bytes]:
    """The sealed pages stay whole; the file opens others, with the seal's picture on them."""
    parts = edited(city.sealed(), "OFD.xml", "Doc_0/Document.xml", "Doc_1/Document.xml")
    copies = {name.replace("Doc_0", "Doc_1"): part for name, part in parts.items() if "Signs" not in name}
    return parts | edited(copies, "Doc_1/Pages/Page_0/Content.xml", "张三", "王五")


@pytest.mark.parametrize("name", list(ATTACKS))
def test_attack_is_refused_for_its_reason(city: Any, pack: Any, name: str) -> None:
    build, code = ATTACKS[name]
    data = pack(build(city))
    for policy in ("certificate", "foreign"):
        found = verify(data, city.trust(), now=city.now, policy=policy)
        assert found.verdict is not Verdict.VALID
        assert code in {problem.code for problem in found.problems}


@pytest.mark.parametrize("reason, after", [("superseded", -2), ("key_compromise", 1)])
def test_revoked_signer_is_refused(city: Any, pack: Any, reason: str, after: int) -> None:
    """With a stolen key every time can be claimed; with an ordinary revocation only later ones count."""
    serial = x509.load_certificate(city.signer.certificate).serial_number
    trust = city.trust(city.crls(Revocation(serial, city.now + after * DAY, reason)))
    found = verify(pack(city.sealed()), trust, now=city.now)
    assert found.verdict is Verdict.INVALID and found.signatures[0].signer_revoked is True


def test_revoked_between_seal_and_check(city: Any, pack: Any) -> None:
    """The key was stolen this morning; a file that claims yesterday may be the thief's, whoever holds it."""
    data, serial = pack(city.sealed()), x509.load_certificate(city.signer.certificate).serial_number
    before, after = city.trust(), city.trust(city.crls(Revocation(serial, city.now, "key_compromise")))
    assert verify(data, before, now=city.now).verdict is Verdict.VALID
    found = verify(data, after, now=city.now)
    assert found.verdict is Verdict.INVALID and P.SIGNER_REVOKED in {p.code for p in found.problems}
    assert verify(data, before, now=city.now).trust_digest != found.trust_digest


def test_revoked_maker_is_refused(city: Any, pack: Any) -> None:
    serial = x509.load_certificate(city.maker.certificate).serial_number
    trust = city.trust(city.crls(Revocation(serial, city.now - 40 * DAY, "superseded")))
    found = verify(pack(city.sealed()), trust, now=city.now)
    assert found.verdict is Verdict.INVALID and found.signatures[0].seal_maker_trusted is False


# Attacks on the container


def refused(city: Any, data: bytes) -> Verification:
    found = verify(data, city.trust(), now=city.now, policy="foreign")
    assert found.verdict is Verdict.UNREADABLE and found.problems[0].code is P.UNREADABLE
    return found


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(city: Any, pack: Any) -> None:
    """One reader takes the first entry, another the last."""
    parts = list(city.sealed().items())
    refused(city, pack([*parts, (PAGE, dict(parts)[PAGE].replace("张三".encode(), "王五".encode()))]))


@pytest.mark.parametrize(
    "path",
    ["../evil.xml", "/etc/passwd", "Doc_0\\x.xml", "Doc_0/./x.xml", "Doc_0//x.xml", "C:x", "a/.. /b", "x\n",
     "Doc_0/Pages/Page_0/Content.xml/x", "a" * 300, "/".join("a" * 20)],
)  # fmt: skip
def test_path_tricks(city: Any, pack: Any, path: str) -> None:
    refused(city, pack(city.sealed() | {path: b"x"}))


def test_zip_bomb_is_refused_before_it_unpacks(city: Any, pack: Any) -> None:
    refused(city, pack(city.sealed() | {"Doc_0/bomb": bytes(40 << 20)}))
    refused(city, pack(city.sealed() | {f"Doc_0/{index}": b"" for index in range(2001)}))


def test_a_lying_size_is_refused(city: Any, pack: Any) -> None:
    """The directory promises ten bytes, the stream holds a thousand times more."""
    data = bytearray(pack({"OFD.xml": bytes(10_000)}))
    for at in (22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = struct.pack("<L", 10)
    refused(city, bytes(data))


def test_bytes_around_and_between_entries(city: Any, pack: Any) -> None:
    good = pack(city.sealed())
    refused(city, b"#!/bin/sh\n" + good)
    refused(city, good + b"\0")
    buffer = BytesIO(good)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"hidden"
    refused(city, buffer.getvalue())


def test_the_order_of_entries_says_nothing(city: Any, pack: Any) -> None:
    """A reader that takes the first or the last part it likes would see another page; ours goes by names."""
    parts = city.sealed()
    turned = pack(dict(reversed(parts.items())))
    assert verify(turned, city.trust(), now=city.now).signatures == (
        verify(pack(parts), city.trust(), now=city.now).signatures
    )
    forged = dict(reversed(edited(parts, PAGE, "张三", "王五").items()))
    assert verify(pack(forged), city.trust(), now=city.now).verdict is Verdict.INVALID


def test_local_header_names_another_file(city: Any, pack: Any) -> None:
    """A streaming reader believes the local header, others the directory."""
    data = pack(city.sealed())
    at = data.index(PAGE.encode())
    refused(city, data[:at] + PAGE.replace("Page_0", "Page_1").encode() + data[at + len(PAGE) :])


def test_an_entry_the_directory_does_not_list(city: Any, pack: Any) -> None:
    """A hidden entry before the listed ones: streaming readers see it, others do not."""
    hidden, good = pack({"Doc_0/evil.xml": b"<a/>"}), pack(city.sealed())
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    start = good.index(b"PK\x01\x02")
    body = bytearray(good)
    at = start
    while body[at : at + 4] == b"PK\x01\x02":
        sizes = struct.unpack_from("<3H", body, at + 28)
        offset = struct.unpack_from("<L", body, at + 42)[0]
        body[at + 42 : at + 46] = struct.pack("<L", offset + len(hidden))
        at += 46 + sum(sizes)
    body[at + 16 : at + 20] = struct.pack("<L", start + len(hidden))
    refused(city, hidden + bytes(body))


def test_two_streams_in_one_entry(city: Any) -> None:
    content = b"<a/>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush() + b"second stream"
    sizes = struct.pack("<3L", zlib.crc32(content), len(packed), len(content))
    name, head = b"OFD.xml", struct.pack("<5H", 20, 0, 8, 0, 33)
    local = b"PK\x03\x04" + head + sizes + struct.pack("<2H", len(name), 0) + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + head + sizes
    central += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, len(central), len(local), 0)
    refused(city, local + central + end)


def test_streamed_archives_of_other_writers_are_read(city: Any) -> None:
    """Java writers stream: sizes follow the data. That is no attack, and must not be refused as one."""

    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    buffer = Stream()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in city.sealed().items():
            archive.writestr(name, content)
    data = buffer.getvalue()
    assert b"PK\x07\x08" in data
    assert verify(data, city.trust(), now=city.now).verdict is Verdict.VALID


def test_digest_of_the_file_names_what_was_judged(city: Any, pack: Any) -> None:
    data = pack(city.sealed())
    found = verify(data, city.trust(), now=city.now)
    assert found.file_digest == sm3.digest(data)
