"""收费: whether an item costs anything where it is handled: the published list says so, else the catalogue."""

from dataclasses import dataclass

from proofless.items import queries as items
from proofless.items.queries import lists
from proofless.items.rules.elements import Fee


@dataclass(frozen=True, slots=True)
class Charges:
    """``fees`` are the names and standards of the list that counts in the division; often none is named."""

    charged: bool
    fees: tuple[Fee, ...] = ()

    @property
    def words(self) -> str:
        """For the guide: 不收费, or each fee with its standard."""
        if not self.charged:
            return "不收费"
        return (
            "收费：" + "；".join(f"{fee.name} {fee.standard}" for fee in self.fees) if self.fees else "收费"
        )


def charges_anywhere(item_code: str) -> Charges:
    """For the guide, which is read before anybody knows where: what any list in force says it costs."""
    found = lists.list_of_item(item_code)
    fees = dict.fromkeys(fee for one in found for fee in one.elements.fees)
    item = items.find_item(item_code)
    charged = any(one.elements.charged for one in found) if found else bool(item and item.charged)
    return Charges(charged or bool(fees), tuple(fees))


def charges_of(item_code: str, division_code: str) -> Charges:
    """What an item costs in a division."""
    # A case may lie in a community: its township's, county's or city's list counts.
    above = (division_code, division_code[:9], division_code[:6], f"{division_code[:4]}00")
    for governing in filter(None, (lists.find_governing(item_code, code) for code in above)):
        return Charges(governing.elements.charged or bool(governing.elements.fees), governing.elements.fees)
    found = items.find_item(item_code)
    return Charges(bool(found and found.charged))
