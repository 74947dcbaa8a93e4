"""证书吊销列表: a strictly read CRL (RFC 5280 clause 5) and the question it answers: was this one revoked
by then?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl

from proofless.gm import der, sm2
from proofless.gm.errors import GmError, Malformed
from proofless.gm.x509 import SM2_WITH_SM3, Certificate, Revocation, from_pem

# A signing time is the signer's own claim: whoever holds a stolen key can write an earlier one. So these
# reasons count from the beginning, whatever date the list gives.
_COMPROMISE = frozenset({"key_compromise", "ca_compromise", "aa_compromise"})


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A complete list of one issuer. Times are aware UTC."""

    der: bytes
    issuer_key: str
    this_update: datetime
    next_update: datetime
    lines: dict[int, Revocation] = field(repr=False)
    _tbs: bytes = field(repr=False)
    _signature: bytes = field(repr=False)
    _good_keys: set[sm2.PublicKey] = field(default_factory=set, repr=False, compare=False)

    def tells_about(self, certificate: Certificate, at: datetime) -> bool:
        """Whether this list is of the certificate's issuer and speaks for the time `at`.

        A list speaks for its own period; a later one too, as long as the certificate had not expired when
        it was made (expired certificates leave the list).
        """
        if certificate.issuer_key != self.issuer_key or at > self.next_update:
            return False
        return self.this_update <= at or self.this_update <= certificate.not_after

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Whether this authority signed the received bytes and may sign lists."""
        if issuer.key_usage and "crl_sign" not in issuer.key_usage:
            return False
        if issuer.public_key not in self._good_keys:
            if not issuer.public_key.verify(self._tbs, self._signature):
                return False
            self._good_keys.add(issuer.public_key)
        return True

    def revokes(self, serial_number: int, at: datetime) -> bool:
        line = self.lines.get(serial_number)
        return line is not None and (line.revoked_at <= at or line.reason in _COMPROMISE)


def load_crl(data: bytes) -> RevocationList:
    """A DER or PEM list, complete and signed with SM2. Partial, indirect and delta lists are refused:
    `Malformed`."""
    raw = from_pem(data)
    tbs, _, signature = der.signed_parts(raw)
    try:
        parsed = crl.CertificateList.load(raw, strict=True)
        body, algorithm = parsed["tbs_cert_list"], parsed["signature_algorithm"]
        if algorithm.dump() != body["signature"].dump() or algorithm["algorithm"].dotted != SM2_WITH_SM3:
            raise Malformed("a revocation list not signed by SM2 with SM3")
        _refuse_critical(body["crl_extensions"])
        lines = [_line(entry) for entry in body["revoked_certificates"]]
        return RevocationList(
            raw,
            body["issuer"].hashable,
            _moment(body["this_update"].native),
            _moment(body["next_update"].native),
            {line.serial_number: line for line in lines},
            tbs,
            signature,
        )
    except GmError:
        raise
    except Exception as error:  # asn1crypto raises nearly anything over hostile bytes
        raise Malformed(f"not a revocation list we can read: {error}") from error


def _line(entry: Any) -> Revocation:
    _refuse_critical(entry["crl_entry_extensions"])
    reason = entry.crl_reason_value
    word = reason.native if reason is not None else "unspecified"
    return Revocation(entry["user_certificate"].native, _moment(entry["revocation_date"].native), word)


def _refuse_critical(extensions: Any) -> None:
    # Every critical extension of a list (issuing point, delta base, other issuer) narrows what it speaks for.
    for extension in extensions if extensions.native else ():
        if extension["critical"].native:
            raise Malformed(f"critical extension {extension['extn_id'].native} in a revocation list")


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise Malformed("a revocation list without its next date")
    return value.astimezone(UTC)
