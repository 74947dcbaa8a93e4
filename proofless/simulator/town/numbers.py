"""Valid numbers for synthetic subjects: citizen numbers, USCC, VIN, bank cards, plates, estate units."""

from collections import Counter
from datetime import date
from random import Random

from proofless.kit.ids import resident_check_char, uscc_check_char

ALPHABET_31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Codes by today's county with the first year of each, newest first. 371402.. exist only since 1994, before it
# was 德州地区 (3724xx); a county that became a city got a new code; 陵县 was 371421 until 2014; 天衢新区 has
# no code of its own and uses that of 德城区.
_FORMER = {
    "371402": ((1994, "371402"), (0, "372401")),
    "371403": ((2015, "371403"), (1994, "371421"), (0, "372421")),
    "371422": ((1994, "371422"), (0, "372431")),
    "371423": ((1994, "371423"), (0, "372432")),
    "371424": ((1994, "371424"), (0, "372428")),
    "371425": ((1994, "371425"), (0, "372425")),
    "371426": ((1994, "371426"), (0, "372422")),
    "371427": ((1994, "371427"), (0, "372423")),
    "371428": ((1994, "371428"), (0, "372424")),
    "371471": ((1994, "371402"), (0, "372401")),
    "371481": ((1994, "371481"), (1988, "372402"), (0, "372427")),
    "371482": ((1994, "371482"), (1993, "372403"), (0, "372426")),
}
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def prefix_at_birth(county: str, born: date) -> str:
    """Six digits a citizen number began with for a birth in today's ``county`` in that year."""
    for since, code in _FORMER.get(county, ((0, county),)):
        if born.year >= since:
            return code
    raise AssertionError(county)


class CitizenNumbers:
    """Hands out citizen numbers (GB 11643-1999), none twice; the sequence digit tells the sex (odd: man)."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def next(self, county: str, born: date, sex: str) -> str:
        body = f"{prefix_at_birth(county, born)}{born:%Y%m%d}"
        place = self._given[body + sex]
        self._given[body + sex] += 1
        if place > 499:
            raise ValueError(f"more than 500 births of one sex on one day under one code: {len(body)}")
        # Steps of 17 through the 500 numbers of a sex never repeat; real sequences are not consecutive.
        sequence = (place * 17 + 6) % 500 * 2 + (1 if sex == "1" else 0)
        body = f"{body}{sequence:03d}"
        return body + resident_check_char(body)


def social_credit_code(county: str, kind: str, number: int) -> str:
    """Unified social credit code (GB 32100-2015); its organisation code has its own check (GB 11714-1997)."""
    head = {"sole": "92", "social": "52", "institution": "12", "school": "52"}.get(kind, "91")
    digits, value = "", number * 997 + 20_000_000
    for _ in range(6):
        digits, value = ALPHABET_31[value % 31] + digits, value // 31
    organisation = "MA" + digits
    total = sum(
        (int(c) if c.isdigit() else ord(c) - 55) * w
        for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    check = "0123456789X0"[11 - total % 11] if total % 11 else "0"
    body = f"{head}{county}{organisation}{check}"
    return body + uscc_check_char(body)


def vin(r: Random) -> str:
    """Vehicle identification number with its check digit in place 9 (GB 16735-2019)."""
    raw = "L" + "".join(r.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=16))
    raw = raw[:8] + "0" + raw[9:13] + f"{r.randrange(10_000):04d}"
    total = (
        sum((int(c) if c.isdigit() else _VIN_VALUES[c]) * w for c, w in zip(raw, _VIN_WEIGHTS, strict=True))
        % 11
    )
    return raw[:8] + ("X" if total == 10 else str(total)) + raw[9:]


def bank_card(number: int) -> str:
    """Nineteen digits with a Luhn check, under a prefix no bank uses."""
    body = f"999900{number:012d}"
    total = 0
    for place, c in enumerate(reversed(body)):
        digit = int(c) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return body + str(-total % 10)


def estate_unit(county: str, number: int) -> str:
    """Real estate unit code: 28 characters, parcel 19 and building 9 (GB/T 37346-2019)."""
    parcel = f"{county}001{number // 99999 % 1000:03d}GB{number % 99999:05d}"
    return f"{parcel}F{number % 9999:04d}{number % 9973:04d}"


def mobile(number: int) -> str:
    """Eleven digits, spread so that neighbours do not have neighbouring numbers."""
    return f"199{number * 61_803_399 % 100_000_000:08d}"


def plate(number: int) -> str:
    """Plate of 德州 (鲁N) with five places; I and O are not used (GA 36-2018)."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return (
        f"鲁N{letters[number % 24]}{number // 24 % 10}{letters[number // 240 % 24]}{number // 5760 % 100:02d}"
    )
