"""What a demand on a law must say, and what a report shows by itself. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

BLOCKED = "系统拦下索要"  # the step of a case's course when a clerk asked for what is held
REASON_MIN, REASON_MAX = 10, 300
WORDS_MAX = 500
FINDING_MIN, FINDING_MAX = 4, 500
# A law by its title and the article that requires the paper: a notice or a habit is no basis
# (国办发〔2018〕47号: no proof without a basis in law or regulation).
_LAW = re.compile(r"《[^《》]{2,60}》.{0,20}?第[〇零一二三四五六七八九十百千\d]{1,9}条")


def demand_complaints(law: str, reason: str) -> dict[str, str]:
    """Chinese complaints by field; empty when the demand may be made."""
    found = {}
    if not _LAW.search(law) or len(law) > 200:
        found["law"] = "请写明法律、法规或规章的名称和条款，例如《婚姻登记条例》第七条"
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        found["reason"] = f"请写明为什么系统核对的结果不够用（{REASON_MIN}至{REASON_MAX}字）"
    return found


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing the node knows of the ask: what, and since when."""

    label: str
    text: str


def evidence_lines(evidence: Mapping[str, object]) -> tuple[Proof, ...]:
    """The attached evidence in words, in the order a supervisor reads it."""
    return tuple(Proof(label, str(evidence[label])) for label in evidence if evidence[label])
