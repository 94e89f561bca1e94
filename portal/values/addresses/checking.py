"""Postal codes that can exist, and doubts about the rest of an address."""

import re
from collections.abc import Mapping
from functools import lru_cache

from portal.values.addresses.knowledge import country as known_country
from portal.values.countries import in_a_sentence
from portal.values.errors import BadValue
from portal.values.text import fold, quoted

_MAX_LENGTH = 32


def check_postal_code(country: str, text: str) -> str:
    """Bring a postal code to the country's own spelling; nothing stays nothing.

    BadValue when the country (alpha-2) can have no such code; it names one that exists.
    """
    return _check(country, text) if text else ""


def warnings(address: Mapping) -> list[str]:
    """List doubts about an address that do not stop it: an unknown state, a code of another state, no city.

    The keys read are country, state, city and postal_code; each may be missing or None.
    """
    if not address.get("country"):
        return []
    return list(_doubts(address["country"], address.get("state") or "", address.get("postal_code") or "", bool(address.get("city"))))


@lru_cache(maxsize=8192)
def _check(country: str, text: str) -> str:
    code = " ".join(text.upper().replace("〒", "").replace("–", "-").replace("−", "-").split())
    known = known_country(country)
    if len(text) > _MAX_LENGTH:
        raise BadValue(f"A postal code has at most {_MAX_LENGTH} characters.")
    if not code or known.matches is None:
        return code
    bare = re.sub(r"[ \-.]", "", code)
    spellings = [code, bare, *(_spelt_as(example, bare) for example in known.examples)]
    abroad = re.match(rf"(?:{re.escape(country)}|{re.escape(country[:1])})-?(?=[0-9])", code)
    if abroad and known.examples and known.examples[0][0].isdigit():
        spellings.append(code[abroad.end() :])
    for spelling in spellings:
        if known.matches(spelling):
            return _home_spelling(spelling, known.examples, known.matches)
    where = in_a_sentence(country)
    if bare.isascii() and bare.isdigit() and known.matches("0" + bare):
        raise BadValue(f"{quoted(text)} is one digit short for {where}. If a zero was lost in front, it is 0{bare}.", "0" + bare)
    such = f": one looks like {known.examples[0]}" if known.examples else ""
    raise BadValue(f"{quoted(text)} cannot be a postal code in {where}{such}.")


def _home_spelling(code: str, examples: tuple[str, ...], matches) -> str:
    """Write a code with the space or hyphen of the country's examples, where one has its length."""
    bare = re.sub(r"[ \-]", "", code)
    for example in examples:
        spelling = _spelt_as(example, bare)
        if spelling and matches(spelling):
            return spelling
    return code


def _spelt_as(example: str, bare: str) -> str:
    """Put the marks of an example into a code of as many letters and digits; empty when it has more or fewer."""
    if len(bare) != sum(c.isalnum() for c in example):
        return ""
    letters = iter(bare)
    return "".join(next(letters) if c.isalnum() else c for c in example)


@lru_cache(maxsize=8192)
def _doubts(country: str, state: str, postal_code: str, has_city: bool) -> tuple[str, ...]:
    known = known_country(country)
    found = []
    region = known.regions.get(fold(state))
    if state and known.regions and region is None and state != country:
        found.append(f"{quoted(state)} is not a state or region we know in {in_a_sentence(country)}.")
    if region and postal_code and region.starts_with and not region.starts_with(postal_code):
        such = f": one looks like {region.example}" if region.example else ""
        found.append(f"{postal_code} is not a postal code of {region.name}{such}.")
    if postal_code and not has_city and any("%C" in row for row in known.layout):
        found.append("There is a postal code and no city.")
    return tuple(found)
