"""文书用印: one paper, in each of its formats, under one seal of its department, for rooms that make papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from proofless.gm import sm3
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.seals.affixing import choose
from proofless.seals.papers import open_paper
from proofless.seals.wishes import SealWish


@dataclass(frozen=True, slots=True)
class Lettered:
    """The sealed files in the order in which they came, and whose seal they carry."""

    files: tuple[bytes, ...]
    seal_code: str
    seal_name: str


class LetterSealer:
    """The seal of a department for one kind of paper, locked against suspension until the act ends."""

    def __init__(self, *, actor: Actor, department_code: str, type_code: str, within: Act) -> None:
        """Raises SealNotActive, SealForbidden (custody, hours, kinds), SignerLocked."""
        actor.check(Permission.ISSUE)
        if actor.department_code not in {"", department_code}:
            raise Forbidden("只能给本单位的文书盖章", department=department_code)
        self._act, self._type = within, type_code
        use = department_code, type_code
        self._chosen = choose(actor, [use])[use]

    def seal(self, object_id: object, files: Sequence[tuple[bytes, SealWish]], at: datetime) -> Lettered:
        """The files of one paper sealed, with one entry. Raises SealNotActive, SignerFailed, DocumentRefused."""
        sealed = tuple(open_paper(data, wish).seal(self._chosen, at) for data, wish in files)
        view = self._chosen.view
        detail = {
            "seal": view.code,
            "type": self._type,
            "sealed": [sm3.digest(data).hex() for data in sealed],
        }
        self._act.enter(Kind.SEAL_USED, object_kind="paper", object_id=object_id, detail=detail)
        return Lettered(sealed, view.code, view.name)
