"""The filters in words: as chips above the list, and as the questions of the form that adds them."""

from collections.abc import Callable, Iterable

from portal.domain.attributes import Column
from portal.domain.listing import Filters
from portal.model import BusinessEntity
from portal.values import countries, locales
from portal.web.console.customers import by_attribute

YES_NO = (("yes", "Yes"), ("no", "No"))

# name: label, kind, and for a choice its answers
QUESTIONS: dict[str, tuple] = {
    "status": ("Status", (("", "Active"), ("archived", "Archived"), ("any", "Active or archived"))),
    "balance": (
        "Balance",
        (("money", "Not 0"), ("credit", "Above 0"), ("below", "Below 0"), ("zero", "Exactly 0"), ("none", "No wallet")),
    ),
    "country": ("Country", "Codes, as in DE, JP"),
    "currency": ("Wallet in", "Codes, as in EUR, USD"),
    "mail": ("Mail", (("on", "On"), ("off", "Off"))),
    "bounce": (
        "Bounces",
        (("any", "Any"), ("soft", "For a while"), ("hard", "For good"), ("complained", "Complaint"), ("none", "None")),
    ),
    "exempt": ("Tax exempt", YES_NO),
    "tax": ("Tax ID", (("yes", "Has one"), ("no", "Has none"))),
    "parent": ("Parent", (("yes", "Has one"), ("no", "Has none"))),
    "added_from": ("Added from", "date"),
    "added_to": ("Added until", "date"),
    "changed_from": ("Changed from", "date"),
    "changed_to": ("Changed until", "date"),
}

CUSTOM = [
    {"name": "custom_key", "label": "Key", "value": "", "type": "text", "hint": "As in segment"},
    {"name": "custom_value", "label": "Its value", "value": "", "type": "text", "hint": ""},
]


def chips(filters: Filters, entities: Iterable[BusinessEntity], address: Callable) -> list[dict]:
    """Say each filter in force, with the address without it."""
    made = []
    for name, value in filters.values.items():
        label = "Billed by" if name == "entity" else QUESTIONS[name][0]
        made.append({"name": label, "value": _words(name, value, entities), "remove_href": address.without(name)})
    made += by_attribute.chips(filters, address)
    for key, value in filters.custom:
        made.append({"name": f"custom.{key}", "value": value, "remove_href": address.without(f"custom.{key}")})
    return made


def questions(filters: Filters, entities: list[BusinessEntity], columns: Iterable[Column] = ()) -> list[tuple[str, list[dict]]]:
    """Give the fields of the filter form by section, with what is chosen now; `choices` for a choice, else `type`."""
    own = by_attribute.questions(filters, columns)
    return [("Customer", _questions(filters, entities)), *([("Attributes", own)] if own else []), ("Custom data", CUSTOM)]


def _questions(filters: Filters, entities: list[BusinessEntity]) -> list[dict]:
    made = []
    for name, (label, answer) in QUESTIONS.items():
        value = filters.values.get(name, "")
        field = {"name": name, "label": label, "value": ", ".join(value) if isinstance(value, tuple) else str(value)}
        if isinstance(answer, tuple):
            field["choices"] = answer if answer[0][0] == "" else (("", "Any"), *answer)
        else:
            field |= {"type": "date", "hint": ""} if answer == "date" else {"type": "text", "hint": answer}
        made.append(field)
    if len(entities) > 1:
        chosen = filters.values.get("entity", ())
        choices = (("", "Any"), *((str(entity.id), entity.name) for entity in entities))
        made.insert(4, {"name": "entity", "label": "Billed by", "value": str(chosen[0]) if chosen else "", "choices": choices})
    return made


def _words(name: str, value: object, entities: Iterable[BusinessEntity]) -> str:
    if name == "country":
        return _listed([countries.country_name(code) for code in value])
    if name == "currency":
        return _listed(list(value))
    if name == "entity":
        names = {entity.id: entity.name for entity in entities}
        return _listed([names.get(key, "unknown") for key in value])
    if name.endswith(("_from", "_to")):
        return locales.format_date(value, "en", "UTC")
    if isinstance(value, str):
        return dict(QUESTIONS[name][1])[value].lower()
    return "one customer"


def _listed(words: list[str]) -> str:
    """Write "Germany", "Germany or Japan", "Germany, Japan or 5 more"."""
    if len(words) > 3:
        words = [*words[:2], f"{len(words) - 2} more"]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
