"""The command line: an archivist's script goes by the exit code, an outside program by the JSON."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from proofless.gm import x509
from proofless.ofd.cli import main
from proofless.ofd.pdf import render_pdf
from proofless.ofd.pdf.signing import sign_pdf

from .test_render import certificate

TRUSTED = "2026-11-23T17:00:00+08:00"


@pytest.fixture
def folder(city: Any, pack: Any, tmp_path: Path) -> Path:
    for part in ("anchors", "intermediates", "crls"):
        (tmp_path / part).mkdir()
    (tmp_path / "anchors" / "root.pem").write_bytes(x509.to_pem(city.root.certificate.der))
    (tmp_path / "intermediates" / "sub.cer").write_bytes(city.authority.certificate.der)
    for index, crl in enumerate(city.crls()):
        (tmp_path / "crls" / f"{index}.crl").write_bytes(crl)
    good, open_file = city.sealed(), city.sealed(close=False)
    files = {"good": good, "open": open_file, "bad": good | {"evil": b""}}
    for name, parts in files.items():
        (tmp_path / f"{name}.ofd").write_bytes(pack(parts))
    (tmp_path / "other.ofd").write_bytes(b"%PDF-1.7")
    return tmp_path


@pytest.mark.parametrize(
    "name, options, code",
    [
        ("good", [], 0),
        ("bad", [], 1),
        ("open", [], 1),
        ("open", ["--policy", "foreign"], 0),
        ("other", [], 3),
        ("absent", [], 3),
    ],
)
def test_exit_code_is_the_verdict(folder: Path, name: str, options: list[str], code: int) -> None:
    arguments = ["verify", str(folder / f"{name}.ofd"), "--trust", str(folder), "--at", TRUSTED, *options]
    assert main(arguments) == code


def test_without_lists_or_trust_it_is_unknown(folder: Path, capsys: Any) -> None:
    arguments = ["verify", str(folder / "good.ofd"), "--at", TRUSTED, "--trust"]
    assert main([*arguments, str(folder / "no-such-folder")]) == 2
    assert "信任目录不可用" in capsys.readouterr().err
    for crl in (folder / "crls").iterdir():
        crl.unlink()
    assert main([*arguments, str(folder)]) == 2


def test_trust_may_come_from_the_environment(
    folder: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["verify", str(folder / "good.ofd"), "--at", TRUSTED]
    monkeypatch.delenv("PROOFLESS_TRUST", raising=False)
    assert main(arguments) == 2 and "没有给出信任目录" in capsys.readouterr().err
    monkeypatch.setenv("PROOFLESS_TRUST", str(folder))
    assert main(arguments) == 0


def test_signing_time_after_the_asked_time_is_refused(folder: Path) -> None:
    arguments = ["verify", str(folder / "good.ofd"), "--trust", str(folder), "--at", "2026-01-01T00:00:00Z"]
    assert main(arguments) == 1


def test_json_carries_every_fact(folder: Path, capsys: Any) -> None:
    main(["verify", str(folder / "good.ofd"), "--trust", str(folder), "--json", "--at", TRUSTED])
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "valid" and answer["problems"] == []
    facts = answer["signatures"][0]
    assert facts["signer_revoked"] is False and facts["seal_name"] == "某市民政局婚姻登记专用章"
    assert facts["time_source"] == "claimed" and facts["signed_at"] == "2026-11-22T09:00:00+00:00"


def test_report_names_seal_and_problem_in_chinese(folder: Path, capsys: Any) -> None:
    main(["verify", str(folder / "bad.ofd"), "--trust", str(folder), "--at", TRUSTED])
    report = capsys.readouterr().out
    assert (
        "无效" in report and "× 全部内容受印章保护" in report and "文件中有印章没有保护的内容：evil" in report
    )


@pytest.mark.parametrize(
    "argv", [[], ["verify"], ["verify", "x", "--trust", "y", "--at", "2026-01-01"], ["eat", "x"]]
)
def test_wrong_usage_is_no_answer(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    assert stopped.value.code == 64


def test_a_signed_pdf_is_verified_by_the_same_command(folder: Path, city: Any, capsys: Any) -> None:
    """An archivist's script meets both kinds of file and goes by one exit code."""
    signed = sign_pdf(render_pdf(certificate()[0]), city.signer, city.now - timedelta(days=1))
    for name, data in (("good", signed), ("cut", signed[:-900]), ("bare", render_pdf(certificate()[0]))):
        (folder / f"{name}.pdf").write_bytes(data)
    (folder / "changed.pdf").write_bytes(signed.replace(b"/Lang(zh-CN)", b"/Lang(zh-TW)"))
    arguments = ["--trust", str(folder), "--at", TRUSTED]
    codes = {
        name: main(["verify", str(folder / f"{name}.pdf"), *arguments])
        for name in ("good", "changed", "bare", "cut")
    }
    assert codes == {"good": 0, "changed": 1, "bare": 2, "cut": 3}
    assert "√ 签名人证书可信" in capsys.readouterr().out
    assert main(["verify", str(folder / "good.pdf"), *arguments, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["signatures"][0]
    assert (
        facts["signer"] == "某市民政局"
        and facts["algorithm"] == "SM2 SM3"
        and facts["signer_revoked"] is False
    )
    (folder / "anchors" / "bad.pem").write_bytes(b"-----BEGIN CERTIFICATE-----")
    assert main(["verify", str(folder / "good.pdf"), *arguments]) == 2
    assert "信任目录不可用" in capsys.readouterr().err


def test_a_page_goes_to_standard_output_when_no_place_is_named(folder: Path, capsysbinary: Any) -> None:
    for verb, head in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF-")):
        assert main([verb, str(folder / "good.ofd")]) == 0
        assert capsysbinary.readouterr().out.startswith(head)


def test_names_out_of_a_seal_do_not_drive_the_terminal(
    folder: Path, city: Any, pack: Any, capsys: Any
) -> None:
    """王五 names his seal so that the screen says 有效."""
    parts = city.sealed(seal=city.make_seal(name="\x1b[2J\x1b[H有效\u202e公章"))
    (folder / "odd.ofd").write_bytes(pack(parts))
    assert main(["verify", str(folder / "odd.ofd"), "--trust", str(folder), "--at", TRUSTED]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\u202e" not in said


def test_text_and_fields(folder: Path, capsys: Any) -> None:
    assert main(["text", str(folder / "good.ofd")]) == 0
    assert capsys.readouterr().out == "持证人 张三\n"
    assert main(["text", str(folder / "good.ofd"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"pages": ["持证人 张三"]}
    assert main(["fields", str(folder / "good.ofd")]) == 0
    assert capsys.readouterr().out == "ZZMC\t结婚证\nCZZT\t张三\n"
    assert main(["fields", str(folder / "good.ofd"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metadata"][1] == ["CZZT", "张三"]
    assert main(["text", str(folder / "other.ofd")]) == 3
