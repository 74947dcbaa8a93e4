"""码的形式: twenty characters of base32, a hundred random bits; fits the smallest QR code in alphanumeric
mode. Pure.
"""

import re
import secrets
from datetime import timedelta

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 20
LIFETIME = timedelta(seconds=60)
# A code left open on a phone is renewed each minute; the ledger says once in this time that it was shown.
ENTER_AGAIN = timedelta(minutes=5)
KEEP_USED = timedelta(hours=1)
PERSON_CODE, ENTERPRISE_CODE = "居民码", "企业码"
_FORM = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}\Z")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal_code(text: str) -> str:
    """The code as typed or scanned, without spaces and in capitals; "" when it cannot be one."""
    code = "".join(text.split()).upper() if len(text) <= 2 * LENGTH else ""
    return code if _FORM.match(code) else ""
