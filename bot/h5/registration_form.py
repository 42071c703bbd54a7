"""Registration fields as filled in: read, prefilled, and validated."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.chat.firms.registration_code import doubt_about
from bot.chat.firms.steps import PHONE
from bot.services.firms.registration import RegistrationCommand
from bot.web.form_models import FormModel, Id, Line
from config.areas import Areas
from config.policy.model import Policy
from config.texts import Texts
from matchmaking.eligibility.company_size import INDICATORS, Indicator, Trades
from matchmaking.names import credit_code
from storage.firms import development_zones
from storage.people.people import PersonContact

ELSEWHERE = "elsewhere"
NONE = "none"
# The box holds the version of the notice that was read.
Consent = Annotated[bool, BeforeValidator(bool)]
LONGEST_PERSON = 20


class RegistrationValues(FormModel):
    """What stands in the fields. `entry`: the roster's firm that was picked for `for_name`, 0 for none of them.

    `zone`: a development zone, NONE for in none of them, "" where nobody said. `do`: which button was pressed;
    `firm_before`: for which firm the person spoke as the page was shown.
    """

    name: Line = ""
    for_name: str = ""
    entry: Id | None = None
    code: str = ""
    insist: str = ""
    district: str = ""
    zone: str = ""
    size: str = ""
    trade: str = ""
    staff: str = ""
    revenue: str = ""
    assets: str = ""
    titles: tuple[str, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    consent: Consent = False
    do: str = ""
    firm_before: str = ""


def from_draft(draft: Mapping[str, Any], contact: PersonContact | None) -> RegistrationValues:
    """Prefill from the chat's dialog, so that nobody types it twice."""
    known = {**draft.get("roster", {}), **draft.get("own", {})}
    name = draft.get("name") or draft.get("typed") or ""
    district = ELSEWHERE if known.get("in_nanjing") is False else known.get("district") or ""
    titles = known.get("titles")
    given = draft.get("contact") or (None, None)
    return RegistrationValues(
        name=name,
        for_name=name if "name" in draft else "",
        entry=(draft.get("roster_id") or draft.get("entry") or 0) if "name" in draft else None,
        code=draft.get("code") or "",
        district=district,
        size=known.get("size") or "",
        titles=(NONE,) if titles == [] else tuple(titles or ()),
        contact_name=given[0] or (contact.name if contact else ""),
        contact_phone=given[1] or (contact.phone if contact else ""),
        consent=contact is not None,
    )


def filled(
    entered: RegistrationValues, known: Mapping[str, Any], code: str | None, zone: str | None
) -> RegistrationValues:
    """Fill empty fields from the roster."""
    titles = known.get("titles", [])
    return entered.model_copy(
        update={
            "code": entered.code or code or "",
            "district": entered.district or known.get("district", ""),
            "zone": entered.zone or zone or "",
            "titles": entered.titles or (tuple(titles) or ()),
        }
    )


def emptied(
    entered: RegistrationValues, known: Mapping[str, Any], code: str | None, zone: str | None
) -> RegistrationValues:
    """Clear fields still holding the roster's values of a firm whose name was changed."""
    return entered.model_copy(
        update={
            "entry": None,
            "code": "" if entered.code == code else entered.code,
            "district": "" if entered.district == known.get("district") else entered.district,
            "zone": "" if entered.zone == zone else entered.zone,
            "titles": () if set(entered.titles) == set(known.get("titles", ())) else entered.titles,
        }
    )


def stated_zone(entered: RegistrationValues) -> str | None:
    """Return the stated development zone (development_zones.NONE: in none); None if unstated."""
    return None if not entered.zone else development_zones.NONE if entered.zone == NONE else entered.zone


class RegistrationFields:
    """Validates the fields; `errors` by field, in words."""

    def __init__(self, policy: Policy, texts: Texts, trades: Trades, areas: Areas) -> None:
        self._policy = policy
        self._texts = texts
        self._areas = areas
        self._trades = trades
        self.errors: dict[str, str] = {}
        self.doubted = ""

    def command(
        self, entered: RegistrationValues, roster_id: int | None, from_roster: Mapping[str, Any]
    ) -> RegistrationCommand:
        """Return the registration of these fields; not to be used if there are errors."""
        code, doubtful = self._code(entered)
        own = {**self._district(entered), **self._size(entered), **self._titles(entered)}
        contact = self._contact(entered)
        return RegistrationCommand(
            name=entered.name,
            credit_code=code,
            roster_id=roster_id,
            own_word={fact: value for fact, value in own.items() if from_roster.get(fact) != value},
            contact=contact,
            privacy_version=self._texts("chat.privacy.version") if contact else None,
            code_doubtful=doubtful,
        )

    def _code(self, entered: RegistrationValues) -> tuple[str | None, bool]:
        code = credit_code.normalise(entered.code)
        doubt = doubt_about(code) if code else None
        if doubt is None:
            return code or None, False
        if doubt in ("old", "check"):
            if entered.insist == code:
                return code, True
            self.doubted = code
            old = doubt == "old"
            self.errors["code"] = (
                self._texts("chat.registration.code_old", length=len(code))
                if old
                else self._texts("chat.registration.code_check")
            )
        else:
            self.errors["code"] = self._texts(f"errors.credit_code_{doubt}", length=len(code))
        return None, False

    def _district(self, entered: RegistrationValues) -> dict[str, Any]:
        if self._areas.is_zone(entered.zone):
            # A zone implies its district.
            district = self._areas.district_of(entered.zone)
            if entered.district not in ("", district):
                self.errors["zone"] = self._texts("pages.zone_elsewhere", zone=entered.zone, district=district)
            return {"district": district}
        if entered.zone not in ("", NONE):
            self.errors["zone"] = self._texts("pages.choose")
        if entered.district == ELSEWHERE:
            return {"in_nanjing": False}
        if not entered.district:
            return {}
        if not self._policy.facts["district"].allows(entered.district):
            self.errors["district"] = self._texts("pages.choose")
            return {}
        return {"district": entered.district}

    def _size(self, entered: RegistrationValues) -> dict[str, Any]:
        if entered.size:
            if not self._policy.facts["size"].allows(entered.size):
                self.errors["size"] = self._texts("pages.choose")
                return {}
            return {"size": entered.size}
        trade = self._trades.named(entered.trade)
        if entered.trade and trade is None:
            self.errors["trade"] = self._texts("pages.choose")
            return {}
        written = {name: text for name in INDICATORS if (text := getattr(entered, name))}
        for name, text in written.items():
            if _number(text) is None:
                self.errors[name] = self._texts("errors.form_number_wrong", given=text[:LONGEST_PERSON])
        if trade is None:
            if written:
                self.errors["figures"] = self._texts("pages.trade_missing")
            return {}
        figures: dict[Indicator, float] = {}
        for name in trade.indicators:
            value = _number(written.get(name, ""))
            if value is not None:
                figures[name] = value
        size = trade.size(figures)
        if size is None:
            missing = "、".join(self._texts(f"chat.registration.ask_{name}") for name in trade.missing(figures))
            self.errors["figures"] = self._texts("pages.figures_missing", trade=trade.name, names=missing)
            return {}
        return {"size": size}

    def _titles(self, entered: RegistrationValues) -> dict[str, Any]:
        if not entered.titles:
            return {}
        held = sorted({title for title in entered.titles if title != NONE})
        if any(not self._policy.facts["titles"].allows(title) for title in held):
            self.errors["titles"] = self._texts("pages.choose")
        elif held and NONE in entered.titles:
            self.errors["titles"] = self._texts("pages.titles_both")
        return {"titles": held}

    def _contact(self, entered: RegistrationValues) -> PersonContact | None:
        name, phone = " ".join(entered.contact_name.split()), entered.contact_phone
        if not name and not phone:
            return None
        if not 1 <= len(name) <= LONGEST_PERSON:
            self.errors["contact_name"] = self._texts("pages.person_wrong", most=LONGEST_PERSON)
        if PHONE.fullmatch(phone.replace(" ", "")) is None:
            self.errors["contact_phone"] = self._texts("pages.phone_wrong")
        if not entered.consent:
            self.errors["consent"] = self._texts("pages.consent_missing")
        return PersonContact(name, phone.replace(" ", ""))


def _number(text: str) -> float | None:
    digits = text.replace(",", "").replace("，", "")
    try:
        value = float(digits) if len(digits) <= LONGEST_PERSON else -1.0
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
