"""命令行: `ofd verify` (PDF files too), `ofd text`, `ofd fields`, and what `producing` adds.

Exit codes of `verify`: 0 every fact true, 1 a fact false, 2 a fact unknown, 3 the file cannot be read. Without a
usable trust folder nothing is trusted, so the answer is at best unknown. Wrong usage is 64 (EX_USAGE): argparse's
own 2 would pass for an answer about the file.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from proofless.gm import GmError
from proofless.gm.trust import TrustStore
from proofless.ofd import producing, reader
from proofless.ofd.errors import NotOfd
from proofless.ofd.facts import SignatureFacts, TimeSource, Verdict, Verification
from proofless.ofd.pdf.viewing import is_pdf
from proofless.ofd.producing import EXIT_USAGE
from proofless.ofd.verify import verify

_Trust = TypeVar("_Trust")
_EXITS = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNKNOWN: 2, Verdict.UNREADABLE: 3}
_VERDICTS = {
    Verdict.VALID: "有效：各项核验全部通过",
    Verdict.INVALID: "无效：有核验项不通过",
    Verdict.UNKNOWN: "无法确认：有核验项缺少依据",
    Verdict.UNREADABLE: "无法读取",
}
_LABELS = {
    "references_intact": ("受保护内容未被改动", True),
    "every_entry_covered": ("全部内容受印章保护", True),
    "seal_equals_embedded": ("印章文件与签章一致", True),
    "seal_maker_trusted": ("制章者可信", True),
    "seal_valid_at": ("签章时印章有效", True),
    "signer_listed": ("签章人在印章使用名单内", True),
    "signer_chain": ("签章人证书可信", True),
    "signer_revoked": ("签章人证书未被吊销", False),
    "signature_value": ("签章值正确", True),
    "closed": ("文件已封闭", True),
    "later_changes": ("盖章后无其他改动", False),
}
_TIMES = {
    TimeSource.CLAIMED: "签章人自述",
    TimeSource.STAMPED: "时间戳",
    TimeSource.IMPLAUSIBLE: "不可信",
    None: "未知",
}


_EXIT_HELP = "退出码：0 全部通过；1 有不通过；2 有无法确认；3 文件无法读取；64 用法不对"


class _Parser(argparse.ArgumentParser):
    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法:", 1)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def main(argv: Sequence[str]) -> int:
    """Run `ofd …` with these arguments (without the program's name); the exit code."""
    options = _parser().parse_args(argv)
    if options.command in producing.VERBS:
        return producing.run(options)
    try:
        data = Path(options.file).read_bytes()
    except OSError as error:
        print(f"无法读取文件 {options.file}：{error.strerror}", file=sys.stderr)
        return _EXITS[Verdict.UNREADABLE]
    try:
        run = {"verify": _verify, "text": _text, "fields": _fields}[options.command]
        return run(data, options)
    except NotOfd as error:
        print(f"无法读取：{error}", file=sys.stderr)
        return _EXITS[Verdict.UNREADABLE]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="proofless ofd", description="制作、核验和阅读 OFD 版式文件")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    check = commands.add_parser(
        "verify", help="核验文件上的电子印章（PDF：数字签名）", description=_EXIT_HELP
    )
    check.add_argument("file", metavar="FILE")
    trust_help = "信任目录：anchors/ intermediates/ crls/ makers/（默认取环境变量 PROOFLESS_TRUST）"
    check.add_argument("--trust", metavar="DIR", help=trust_help)
    check.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
    check.add_argument("--at", metavar="TIME", type=_moment, help="以此时刻为现在（ISO 8601，带时区）")
    policies = ("certificate", "foreign")
    check.add_argument("--policy", choices=policies, default="certificate", help="foreign 不要求文件封闭")
    for name, text in (("text", "按阅读顺序输出文字"), ("fields", "输出元数据和照面字段")):
        command = commands.add_parser(name, help=text)
        command.add_argument("file", metavar="FILE")
        command.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
    producing.add_commands(commands)
    return parser


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"不是 ISO 8601 时间：{text}") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"时间缺少时区：{text}")
    return moment.astimezone(UTC)


def _load_trust(options: argparse.Namespace, load: Callable[[Path], _Trust], nothing: _Trust) -> _Trust:
    """The trust of a folder; an empty one, said on stderr, when there is none to be had."""
    folder = options.trust or os.environ.get("PROOFLESS_TRUST", "")
    if not folder:
        print(
            "没有给出信任目录（--trust 或 PROOFLESS_TRUST），只能核对内容，不能确认由谁盖章", file=sys.stderr
        )
        return nothing
    try:
        return load(Path(folder))
    except (GmError, OSError) as error:
        print(f"信任目录不可用：{error}", file=sys.stderr)
        return nothing


def _verify_pdf(data: bytes, options: argparse.Namespace) -> int:
    # Imported here: pyHanko takes half a second to load.
    from proofless.ofd.pdf import reporting
    from proofless.ofd.pdf.checking import PdfTrust, verify_pdf

    trust = _load_trust(options, reporting.load_trust, PdfTrust())
    found = verify_pdf(data, trust, now=options.at)
    lines = [_VERDICTS[found.verdict], *reporting.report(found)]
    print(json.dumps(reporting.as_json(found), ensure_ascii=False) if options.json else "\n".join(lines))
    return _EXITS[found.verdict]


def _verify(data: bytes, options: argparse.Namespace) -> int:
    if is_pdf(data):
        return _verify_pdf(data, options)
    trust = _load_trust(options, TrustStore.load, TrustStore([]))
    found = verify(data, trust, now=options.at, policy=options.policy)
    print(json.dumps(as_json(found), ensure_ascii=False) if options.json else _report(found))
    return _EXITS[found.verdict]


def as_json(found: Verification) -> dict[str, object]:
    """The whole answer in plain JSON values: digests in hex, times in ISO 8601 UTC, unknown facts null."""
    return {
        "verdict": found.verdict,
        "signatures": [_signature_json(facts) for facts in found.signatures],
        "problems": [asdict(problem) for problem in found.problems],
        "file_digest": found.file_digest.hex(),
        "trust_digest": found.trust_digest.hex(),
        "judged_at": found.judged_at.isoformat(),
        "policy": found.policy,
    }


def _signature_json(facts: SignatureFacts) -> dict[str, object]:
    times = {name: getattr(facts, name) for name in ("signed_at", "stamped_at")}
    return asdict(facts) | {name: at.isoformat() if at else None for name, at in times.items()}


def _report(found: Verification) -> str:
    lines = [_VERDICTS[found.verdict]]
    for number, facts in enumerate(found.signatures, 1):
        seal = _plain(facts.seal_name) or ("（数字签名，没有印章）" if facts.signer else "（无法读取）")
        lines.append(f"第 {number} 枚签章：{seal}")
        at = facts.judged_at.isoformat() if facts.judged_at else "未知"
        by = f" {_plain(facts.time_authority)}" if facts.time_authority else ""
        lines.append(
            f"  签章人 {_plain(facts.signer) or '未知'}，时间 {at}（{_TIMES[facts.time_source]}{by}）"
        )
        for name, (label, good) in _LABELS.items():
            value = getattr(facts, name)
            lines.append(f"  {'？' if value is None else '√' if value is good else '×'} {label}")
    lines += [f"- {problem.text}" for problem in found.problems]
    return "\n".join(lines)


def _plain(name: str) -> str:
    """A name out of a certificate or seal without what would move a terminal's cursor or turn its letters."""
    return "".join(character for character in name if character.isprintable())


def _text(data: bytes, options: argparse.Namespace) -> int:
    found = reader.text(data)
    print(json.dumps({"pages": found.split("\n\n")}, ensure_ascii=False) if options.json else found)
    return 0


def _fields(data: bytes, options: argparse.Namespace) -> int:
    found = reader.fields(data)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for name, value in (*found.metadata, *((f"照面.{tag}", words) for tag, words in found.face)):
            print(f"{name}\t{value}")
    return 0
