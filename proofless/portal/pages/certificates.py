from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access import Ground, Permit, permit
from proofless.access.edge import actor, guarded
from proofless.certificates import queries as certificates
from proofless.certificates.queries import CertificateView
from proofless.certificates.rules import Standing
from proofless.gm.trust import TrustStore
from proofless.kit import clock, env
from proofless.kit.permissions import Permission
from proofless.ofd.verify import SignatureFacts, Verdict, verify
from proofless.portal import queries
from proofless.portal.pages.acting import choices, named
from proofless.portal.queries import Person
from proofless.standards.queries import code_name
from proofless.web.filters import moment
from proofless.web.viewing import show

VIEWING, TAKING = "本人查看证照", "本人下载证照"
VERDICTS = {
    Verdict.VALID: ("印章真实，内容没有被改动", "ok"),
    Verdict.INVALID: ("印章核对没有通过，请不要使用这份文件", "bad"),
    Verdict.UNKNOWN: ("暂时不能确认印章真假", "warn"),
    Verdict.UNREADABLE: ("文件无法读取，请联系签发部门", "bad"),
}
SEAL_FACTS = {
    "references_intact": "盖章后内容没有被改动",
    "every_entry_covered": "文件的每一部分都在印章保护之下",
    "signature_value": "签章值正确",
    "signer_listed": "签章人在印章的使用人名单内",
    "signer_chain": "签章人的证书可信",
    "not_signer_revoked": "签章人的证书没有被吊销",
    "seal_maker_trusted": "印章由可信的制章机构制作",
    "seal_valid_at": "签章时印章在有效期内",
}
STATES = {"usable": "能用的", "soon": "快到期的", "other": "不能用的"}
SOON_DAYS = 60  # our own choice: time enough for the slowest renewal of the catalogue, 30 working days
MANY = 6  # from so many on, looking for one by eye takes longer than typing its name


@guarded(Permission.OWN_READ)
def own(request: HttpRequest) -> HttpResponse:
    """Her own certificates, her wards' and those of enterprises she acts for, grouped by holder."""
    people = queries.list_people(actor(request))
    person = named(request, people)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:32]
    held = certificates.list_own(actor=actor(request), holder_ids=[p.id for p in people])
    shown = [one for one in held if _wanted(one, state) and words in one.type_name + one.issuer_name]
    groups = [(p, [one for one in shown if one.holder_id == p.id]) for p in people if person in {None, p}]
    rest = urlencode(({"for": person.id} if person else {}) | ({"q": words} if words else {}))
    kept = ({"for": str(person.id)} if person else {}) | ({"state": state} if state in STATES else {})
    context = {
        "offices": {code: kind.issuing_dept_code for code, kind in certificates.all_types().items()},
        "groups": [(p, found) for p, found in groups if found],
        "look": _look,
        "words": words,
        "kept": kept,
        "many": len(held) > MANY or bool(words),
        "filtered": bool(words or kept),
        "people": [
            ("全部", f"{request.path}?{urlencode({'q': words, 'state': state})}", person is None),
            *choices(people, person.id if person else UUID(int=0), request.path, state=state, q=words),
        ],
        "states": [("全部", f"{request.path}?{rest}", state not in STATES)]
        + [
            (label, f"{request.path}?{rest}&state={key}", state == key)
            for key, label in STATES.items()
            if key != "soon" or state == key or any(_days_left(one) is not None for one in held)
        ],
    }
    return render(request, "portal/certificates.html", context)


def _wanted(one: CertificateView, state: str) -> bool:
    if state == "soon":
        return _days_left(one) is not None
    return state not in STATES or one.standing.usable == (state == "usable")


def _days_left(one: CertificateView) -> int | None:
    """Days a usable certificate still has, if they are few."""
    left = (one.valid_to - clock.today()).days
    return left if one.standing.usable and not one.long_term and left <= SOON_DAYS else None


def _look(one: CertificateView) -> tuple[str, str]:
    """State and words for its card."""
    left = _days_left(one)
    if left is None:
        return one.standing.value, one.standing.label
    return "soon", f"还有{left}天到期" if left else "今天到期"


def _own_permit(request: HttpRequest, people: tuple[Person, ...], purpose: str) -> Permit:
    return permit(actor(request), [p.id for p in people], ["*"], purpose, ground=Ground.OWN)


@guarded(Permission.OWN_READ)
def one(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The sealed file as it is, page by page, with the facts about it. Absent and foreign: the same 404."""
    people = queries.list_people(actor(request))
    own_permit = _own_permit(request, people, VIEWING)
    face = certificates.read_certificate(own_permit, certificate_id)
    data = certificates.read_file(own_permit, certificate_id)
    kind = certificates.get_type(face.type_code)
    view = _view(request, people, certificate_id)
    checked = verify(data, TrustStore.load(env.home().trust))
    context = {
        "face": face,
        "kind": kind,
        "rows": [
            (queries.plain_label(rule.name_cn), code_name(rule.code_list, face.values[rule.name_en]))
            for rule in kind.fields
            if face.values.get(rule.name_en) not in (None, "") and rule.data_type != "image"
        ],
        "view": view,
        "holder": queries.get_person(people, face.holder_id),
        "shown": show(data, title=view.type_name),
        "seals": [_seal(one) for one in checked.signatures],
        "verdict": VERDICTS[checked.verdict],
        "problems": [problem.text for problem in checked.problems],
        "facts": _facts(face.standing),
        "items": queries.items_using(face.type_code),
        "uses": queries.list_uses(actor(request), people, certificate_id),
    }
    return render(request, "portal/certificate.html", context)


def _view(request: HttpRequest, people: tuple[Person, ...], certificate_id: UUID) -> CertificateView:
    held = certificates.list_own(actor=actor(request), holder_ids=[p.id for p in people])
    return next(view for view in held if view.certificate_id == certificate_id)


def _facts(standing: Standing) -> list[tuple[str, bool]]:
    return [
        ("在证照库中", True),
        ("没有被撤销、暂停或换发", standing in {Standing.VALID, Standing.EXPIRED, Standing.NOT_YET_VALID}),
        ("现在在有效期内", standing is Standing.VALID),
    ]


def _seal(one: SignatureFacts) -> dict[str, object]:
    """A seal as ``ui.seal_details`` takes it; each fact as a sentence, unknown stays unknown."""
    states = one.states("certificate")
    return {
        "name": one.seal_name or "电子印章",
        "signer": one.signer,
        "signed_at": moment(one.signed_at),
        "algorithm": "SM2 签名，SM3 摘要",
        "facts": [(words, states[name]) for name, words in SEAL_FACTS.items()],
    }


@guarded(Permission.OWN_READ)
def download(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    people = queries.list_people(actor(request))
    data = certificates.read_file(_own_permit(request, people, TAKING), certificate_id)
    response = HttpResponse(data, content_type="application/ofd")
    response["Content-Disposition"] = f'attachment; filename="{certificate_id}.ofd"'
    return response
