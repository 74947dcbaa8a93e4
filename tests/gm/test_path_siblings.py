"""A second certificate of a known issuer is judged the short way: it must come out as it would the long way.

If not, a forged certificate passes as soon as an honest one of the same authority was seen.
"""

from datetime import datetime
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1

from proofless.gm import trust, x509
from proofless.gm.trust import TrustStore, check_path
from proofless.gm.x509 import Usage
from tests.gm.test_path_validation import (
    AUTHORITY,
    DAY,
    END,
    GOOD,
    LEAF_KEY,
    NOW,
    ROOT_KEY,
    ROOT_NAME,
    SUB_KEY,
    SUB_NAME,
    UNKNOWN,
    Chain,
    constraints,
    extension,
    good_lists,
    usage,
)

HARMLESS = extension("1.2.3.4.5", core.ParsableOctetString(b"\x05\x00"), critical=False)


def both_ways(
    first: Chain, second: Chain, at: datetime = NOW, kind: Usage = Usage.SIGNING
) -> tuple[Any, Any]:
    """Facts about the second leaf: in a store that has seen the first, and in a fresh one."""
    root, sub = first.root(), first.sub()
    seen, fresh = (TrustStore([root], [sub], good_lists(root, sub)) for _ in range(2))
    assert check_path(x509.load_certificate(first.leaf()), NOW, seen, Usage.SIGNING).chain
    leaf = x509.load_certificate(second.leaf())
    return check_path(leaf, at, seen, kind), check_path(leaf, at, fresh, kind)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"leaf_period": (NOW - 9 * DAY, NOW - DAY)},
        {"leaf_period": (NOW + DAY, NOW + 2 * DAY)},
        {"leaf_issuer": ROOT_NAME},
        {"leaf_issuer": x509.name("别的")},
        {"leaf_signer": LEAF_KEY},
        {"leaf_signer": ROOT_KEY},
        {"leaf_extensions": [*END, UNKNOWN]},
        {"leaf_extensions": [*END, HARMLESS]},
        {"leaf_extensions": [usage("key_encipherment")]},
        {"leaf_extensions": []},
        {"leaf_extensions": AUTHORITY},
        {"leaf_name": SUB_NAME},
    ],
)
@pytest.mark.parametrize("kind", list(Usage))
def test_the_short_way_says_what_the_long_way_says(changed: dict[str, Any], kind: Usage) -> None:
    seen, fresh = both_ways(Chain(), Chain(**changed), kind=kind)
    assert seen == fresh


@pytest.mark.parametrize("days", [-20, -9, 0, 9, 20])
def test_at_every_time(days: int) -> None:
    seen, fresh = both_ways(Chain(), Chain(leaf_name=x509.name("教育局")), NOW + days * DAY)
    assert seen == fresh


def test_names_an_authority_may_not_certify_are_looked_at_each_time() -> None:
    """A district's authority that may certify its district only must not pass a city department's certificate."""
    allowed = asn1.NameConstraints(
        {
            "permitted_subtrees": [
                {"base": asn1.GeneralName("directory_name", x509.name("住房局", organization="某市"))}
            ]
        }
    )
    narrowed = [*AUTHORITY, extension("name_constraints", allowed)]
    first = Chain(sub_extensions=narrowed)
    seen, fresh = both_ways(first, Chain(sub_extensions=narrowed, leaf_name=x509.name("公安局")))
    assert seen == fresh and fresh.chain is False


def test_a_namesake_with_another_key_gains_nothing() -> None:
    """王五 makes an authority in the city's name; the city's own was seen a moment before."""
    chain = Chain()
    root, sub = chain.root(), chain.sub()
    store = TrustStore([root], [sub], good_lists(root, sub))
    assert check_path(x509.load_certificate(chain.leaf()), NOW, store, Usage.SIGNING) == GOOD
    forged = x509.load_certificate(
        Chain(leaf_signer=LEAF_KEY, leaf_extensions=[constraints(False), *END[1:]]).leaf()
    )
    assert check_path(forged, NOW, store, Usage.SIGNING).chain is False
    assert SUB_KEY.public_key != LEAF_KEY.public_key


def test_the_long_way_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Chain(), Chain(leaf_name=x509.name("教育局"))
    root, sub = first.root(), first.sub()
    store = TrustStore([root], [sub], good_lists(root, sub))
    check_path(x509.load_certificate(first.leaf()), NOW, store, Usage.SIGNING)
    monkeypatch.setattr(trust, "_search", None)
    assert check_path(x509.load_certificate(second.leaf()), NOW, store, Usage.SIGNING) == GOOD
