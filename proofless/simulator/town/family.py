"""The people of a person's profile: one home for the applicant, others as the roles ask."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from proofless.simulator.town.enterprises import (
    Founding,
    add_enterprise,
    employ,
    founder,
    owns,
    standing_wants,
)
from proofless.simulator.town.households import close_household, divorce, make_parents, marry, new_household
from proofless.simulator.town.people import Newcomer, add_person, birthday
from proofless.simulator.town.profiles import Played
from proofless.simulator.town.world import Household, World, years_after, years_between


def birth_for(w: World, r: Random, stated: Mapping[str, str], default: int) -> date:
    """A birth day that makes the stated ages true; the school-entry age goes before the month count."""
    age = int(stated.get("age", default))
    if "age_on_0831" in stated:
        entry = int(stated["age_on_0831"])
        cut = date(w.as_of.year, 8, 31)
        cut = cut if cut >= w.as_of else date(w.as_of.year + 1, 8, 31)
        first = max(years_after(cut, -entry - 1), years_after(w.as_of, -age - 1)) + timedelta(days=1)
        last = min(years_after(cut, -entry), years_after(w.as_of, -age))
        if last < first:
            first, last = years_after(cut, -entry - 1) + timedelta(days=1), years_after(cut, -entry)
        return first + timedelta(days=int(r.random() * ((last - first).days + 1)))
    if "age_months" in stated:
        return months_ago(w.as_of, int(stated["age_months"])) - timedelta(days=r.randint(1, 12))
    return birthday(w, r, age)


def months_ago(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, min(day.day, 28))


class Family:
    """The people of a person's profile: one home for the applicant, others as the roles ask."""

    def __init__(self, w: World, played: Played) -> None:
        self.w, self.played, self.profile, self.r = w, played, played.profile, played.r
        outside = self.profile.fact("applicant", "hukou_in_city") == "false"
        self.home = new_household(
            w, self.r, outside=outside, rural=self.profile.true("applicant", "hukou_is_rural")
        )
        self.applicant = 0

    def build(self) -> None:
        self._applicant()
        marital = self.profile.fact("applicant", "marital_status")
        if marital == "divorced":
            self._former(self.applicant)
        roles = self.profile.roles
        self._children(roles)
        if "deceased" in roles:
            self._deceased()
        if "partner" in roles:
            self._partner()
        if "seller" in roles:
            self._seller()
        if "own_business" in roles:
            self._business()
        if "household_member" in roles:
            self._member()
        self._places(roles)
        close_household(self.w, self.home)

    def _person(self, role: str, home: Household, relation: str, **more: object) -> int:
        stated = self.profile.facts.get(role, {})
        who = Newcomer(
            sex=stated.get("sex", str(more.get("sex", "1"))),
            birth=birth_for(self.w, self.r, stated, int(str(more.get("age", 40)))),
            relation=relation,
            died_on=self.w.ago(self.r, 15, 24) if stated.get("is_dead") == "true" else None,
            lives_at=("山东省济南市历下区演示路1号", "370100")
            if stated.get("residence_in_city") == "false"
            else None,
            registered=bool(more.get("registered", True)),
            family_name=str(more.get("family_name", "")),
        )
        key = add_person(self.w, home, self.r, who)
        if role:
            self.played.roles[role] = ("p", key)
        return key

    def _applicant(self) -> None:
        w, profile = self.w, self.profile
        minor = int(profile.fact("applicant", "age", "40")) < 18
        married = profile.fact("applicant", "marital_status") == "married"
        parent = 0
        if minor:
            parent = self._person(
                "guardian" if "guardian" in profile.roles else "", self.home, "02", sex="2", age=42
            )
        mate = 0
        if married and profile.same.get("householder") == "spouse":
            mate = self._spouse(self.home, "02")
        sex = profile.fact("applicant", "sex", "1")
        relation = "10" if mate else "02" if not parent else "20" if sex == "1" else "30"
        self.applicant = self._person("applicant", self.home, relation)
        if parent:
            make_parents(w, self.applicant, parent, 0)
            w.relate("guardian_of", ("p", parent), ("p", self.applicant), None, "DS_HOUSEHOLD")
            w.life(self.applicant).guardian = parent
        if married:
            apart = profile.fact("applicant", "hukou_in_city") == "false"
            mate = mate or self._spouse(
                self._near(self.home) if apart else self.home, "02" if apart else "10"
            )
            marry(w, self.applicant, mate, self._wedding(mate))

    def _spouse(self, home: Household, relation: str) -> int:
        profile = self.profile
        other = "2" if profile.fact("applicant", "sex", "1") == "1" else "1"
        age = int(profile.fact("applicant", "age", "40"))
        return self._person("spouse", home, relation, sex=other, age=age)

    def _near(self, home: Household) -> Household:
        """A household registered where the other one only lives: the local spouse of an outsider."""
        near = new_household(self.w, self.r, county=home.county, rural=home.rural)
        near.address = near.hukou_address = home.address
        return near

    def _wedding(self, mate: int) -> date:
        one, other = self.w.person(self.applicant), self.w.person(mate)
        legal = years_after(max(one.birth_date, other.birth_date), 22)
        return min(legal + timedelta(days=self.r.randint(30, 700)), self.w.as_of - timedelta(days=400))

    def _former(self, key: int) -> None:
        w = self.w
        person = w.person(key)
        home = new_household(w, self.r)
        sex = "2" if person.sex == "1" else "1"
        former = add_person(w, home, self.r, Newcomer(sex, birthday(w, self.r, w.age(person))))
        divorce(w, key, former, w.ago(self.r, 150, 900) if w.age(person) > 35 else w.ago(self.r, 60, 160))

    def _children(self, roles: tuple[str, ...]) -> None:
        counted = self.profile.fact("applicant", "child_count") == "1"
        if "child" not in roles and not counted:
            return
        w, applicant = self.w, self.w.person(self.applicant)
        stated = self.profile.facts.get("child", {})
        age = int(stated.get("age", w.age(applicant) - 30))
        newborn = "age_months" in stated and int(stated["age_months"]) <= 1
        dead = stated.get("is_dead") == "true"
        home = new_household(w, self.r) if age >= 19 and not dead else self.home
        life = w.life(self.applicant)
        other = life.spouse or life.former_spouse
        mother, father = (self.applicant, other) if applicant.sex == "2" else (other, self.applicant)
        sex = stated.get("sex", self.r.choice("12"))
        relation = "02" if home is not self.home else "20" if sex == "1" else "30"
        family_name = w.person(father or mother).name[0]
        role = "child" if "child" in roles else ""
        child = self._person(
            role, home, relation, sex=sex, age=age, registered=not newborn, family_name=family_name
        )
        make_parents(w, child, mother, father)
        if mother and not newborn and age < 18:
            w.life(child).wants.add("birth")

    def _deceased(self) -> None:
        key = self._person("deceased", self.home, "50")
        person = self.w.person(key)
        mother, father = (key, 0) if person.sex == "2" else (0, key)
        make_parents(self.w, self.applicant, mother, father)

    def _partner(self) -> None:
        w = self.w
        partner = self._person("partner", new_household(w, self.r), "02")
        if self.profile.fact("partner", "marital_status") == "divorced":
            self._former(partner)
        for one, other in ((self.applicant, partner), (partner, self.applicant)):
            w.life(one).partner = other
            w.life(one).wants.add("marriage_booking")
        w.relate("partner", ("p", self.applicant), ("p", partner), w.as_of, "DS_MARRIAGE")

    def _seller(self) -> None:
        w = self.w
        seller = self._person(
            "seller", new_household(w, self.r, county=self.home.county, rural=False), "02", age=50
        )
        w.life(self.applicant).given["seller"] = seller
        w.life(seller).wants.add("estate")
        w.relate("seller_to", ("p", seller), ("p", self.applicant), None, "house_contract_record")

    def _business(self) -> None:
        w, months = self.w, int(self.profile.fact("own_business", "est_months", "30"))
        what = Founding(
            legal_rep=self.applicant,
            established=months_ago(w.as_of, months) - timedelta(days=3),
            county=self.home.county,
        )
        key = add_enterprise(w, self.r, what)
        owns(w, self.applicant, key)
        w.firm(key).wants |= standing_wants(w, key)
        self.played.roles["own_business"] = ("e", key)
        employ(w, key, self.applicant, what.established)

    def _member(self) -> None:
        if len(self.home.members) > 1:
            self.played.roles["household_member"] = ("p", self.home.members[1])
            return
        applicant = self.w.person(self.applicant)
        son = self._person("household_member", self.home, "20", age=max(self.w.age(applicant) - 26, 1))
        mother, father = (self.applicant, 0) if applicant.sex == "2" else (0, self.applicant)
        make_parents(self.w, son, mother, father)

    def _places(self, roles: tuple[str, ...]) -> None:
        w, applicant = self.w, self.applicant
        if "developer" in roles:
            developer = w.developers[applicant % len(w.developers)]
            w.life(applicant).given["developer"] = developer
            self.played.roles["developer"] = ("e", developer)
            w.relate("seller_to", ("e", developer), ("p", applicant), None, "house_contract_record")
        if "mortgagee" in roles:
            bank = w.banks[applicant % len(w.banks)]
            self.played.roles["mortgagee"] = ("e", bank)
            w.relate("mortgagee_of", ("e", bank), ("p", applicant), None, "real_estate_reg_proof")
        if "employer" in roles:
            key = _employer(w, self.r, self.home.county)
            self.played.roles["employer"] = ("e", key)
            employ(
                w, key, applicant, hired_since(w, applicant, self.profile.fact("applicant", "pension_months"))
            )


def hired_since(w: World, key: int, months: str) -> date:
    """A day of hiring that the stated months of insurance allow."""
    since = months_ago(w.as_of, int(months) if months else 30)
    grown = years_after(w.person(key).birth_date, 18)
    return max(since, grown) if years_between(grown, w.as_of) > 0 else since


def _employer(w: World, r: Random, county: str) -> int:
    head = founder(w, r, age=44)
    what = Founding(head, w.as_of - timedelta(days=3000), industry="机械", county=county)
    key = add_enterprise(w, r, what)
    w.firm(key).wants |= standing_wants(w, key)
    return key
