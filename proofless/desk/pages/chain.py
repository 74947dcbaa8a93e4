"""The auditor's page: the chain's state and the newest signed heads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import guarded
from proofless.kit.permissions import Permission
from proofless.ledger import queries


@guarded(Permission.AUDIT)
def chain(request: HttpRequest) -> HttpResponse:
    context = {
        "state": queries.chain_state(),
        "heads": queries.list_heads(),
        "kinds": queries.count_kinds(),
    }
    return render(request, "desk/chain.html", context)
