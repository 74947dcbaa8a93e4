"""验章命令: ``proofless ofd verify`` — facts of a sealed file by the given trust alone. Needs no node."""

import argparse
import dataclasses
import json
import sys
from datetime import datetime
from enum import Enum
from typing import Any

from proofless.gm.errors import GmError
from proofless.gm.trust import TrustStore
from proofless.ofd.facts import SignatureFacts, Verdict, Verification
from proofless.ofd.verify import verify as verify_file

EXIT_CODES = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNKNOWN: 2, Verdict.UNREADABLE: 3}
VERDICTS = {
    Verdict.VALID: "有效:各项事实全部成立",
    Verdict.INVALID: "无效:有事实不成立",
    Verdict.UNKNOWN: "无法确认:有事实无从判断",
    Verdict.UNREADABLE: "无法读取",
}
STATES = {True: "成立", False: "不成立", None: "无法确认"}
LABELS = {
    "references_intact": "受保护的内容未被改动",
    "every_entry_covered": "每一部分都受印章保护",
    "seal_equals_embedded": "印章与签章所用的一致",
    "seal_maker_trusted": "制章者可信",
    "seal_valid_at": "签章时印章在有效期内",
    "signer_listed": "签章人在印章名单内",
    "signer_chain": "签章人证书可信",
    "not_signer_revoked": "签章人证书未被吊销",
    "signature_value": "签章值正确",
    "time_plausible": "签章时间合理",
    "closed": "文件已封闭",
    "not_later_changes": "盖章后没有改动",
}


def verify(arguments: argparse.Namespace) -> int:
    """0: every fact true; 1: a fact false; 2: unknown, also without usable trust; 3: unreadable."""
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        return _fail(arguments.json, Verdict.UNREADABLE, f"文件无法打开:{error.strerror}")
    try:
        trust = TrustStore.load(arguments.trust)
    except (GmError, OSError) as error:
        return _fail(arguments.json, Verdict.UNKNOWN, f"信任目录无法使用:{error}")
    found = verify_file(data, trust)
    print(json.dumps(_as_json(found), ensure_ascii=False) if arguments.json else "\n".join(_lines(found)))
    return EXIT_CODES[found.verdict]


def _fail(as_json: bool, verdict: Verdict, text: str) -> int:
    if as_json:
        print(json.dumps({"verdict": verdict.value, "problems": [{"text": text}]}, ensure_ascii=False))
    else:
        print(text, file=sys.stderr)
    return EXIT_CODES[verdict]


def _as_json(found: Verification) -> dict[str, Any]:
    plain = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    plain["signatures"] = [_signature(facts, found) for facts in found.signatures]
    plain["problems"] = [dataclasses.asdict(problem) for problem in found.problems]
    converted: dict[str, Any] = json.loads(json.dumps(plain, default=_plain))
    return converted


def _signature(facts: SignatureFacts, found: Verification) -> dict[str, Any]:
    return dataclasses.asdict(facts) | {"states": facts.states(found.policy)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value.value if isinstance(value, Enum) else str(value)


def _lines(found: Verification) -> list[str]:
    lines = [VERDICTS[found.verdict]]
    for number, facts in enumerate(found.signatures, 1):
        signed_at = facts.signed_at.astimezone().strftime("%Y-%m-%d %H:%M:%S") if facts.signed_at else "未知"
        lines.append(
            f"签章 {number}:{facts.seal_name or '未知印章'},签章人 {facts.signer or '未知'},时间 {signed_at}"
        )
        states = facts.states(found.policy)
        lines += [f"  {STATES[state]:　<4}  {LABELS.get(name, name)}" for name, state in states.items()]
    lines += [
        f"问题:{problem.text}{f'({problem.part})' if problem.part else ''}" for problem in found.problems
    ]
    lines.append(f"文件摘要(SM3) {found.file_digest.hex()}")
    return lines
