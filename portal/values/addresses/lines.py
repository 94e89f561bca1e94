"""The lines of an envelope, in the order of the country they go to."""

import re
from collections.abc import Mapping
from functools import lru_cache

from portal.values.addresses.knowledge import country as known_country
from portal.values.countries import country_name
from portal.values.text import fold

_NOT_LATIN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]").search


def format_lines(address: Mapping, locale: str = "en") -> list[str]:
    """Lay an address out in the lines and the order of its own country; the country's name in the locale comes last.

    The keys read are line1, line2, line3, city, state, postal_code and country (alpha-2); each may be missing or None.
    A state is left out where the country's post does not write it.
    """
    get = address.get
    country = get("country") or ""
    street = [part for key in ("line1", "line2", "line3") for line in (get(key) or "").splitlines() if (part := line.strip())]
    head, tail = _around_street(country, get("city") or "", get("state") or "", get("postal_code") or "")
    return [*head, *street, *tail, country_name(country, locale)] if country else [*head, *street, *tail]


@lru_cache(maxsize=16384)
def _around_street(country: str, city: str, state: str, postal_code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lay out the lines above and below the street."""
    known = known_country(country)
    at_home = _NOT_LATIN(city + state) is not None
    layout = known.layout if at_home else known.latin_layout
    region = known.regions.get(fold(state)) if state.isdigit() else None
    if region:
        state = region.local if at_home else region.name
    fields = {"C": city, "S": state, "Z": postal_code}
    written = "".join(layout)
    lines: tuple[list[str], list[str]] = ([], [])
    below = False
    for row in layout:
        if row == "%A":
            below = True
        elif line := _filled(row, fields):
            lines[below].append(line)
    if "%C" not in written and fold(city) == fold(country_name(country)):
        fields["C"] = ""
    left = [fields[name] for name in "ZC" if fields[name] and f"%{name}" not in written]
    if state and "%S" not in written and not city:
        left.append(state)
    if left:
        lines[1].append(" ".join(left))
    return tuple(lines[0]), tuple(lines[1])


def _filled(row: str, fields: Mapping[str, str]) -> str:
    """Fill one line of a layout; the marks after an empty field go with it, a line without fields is empty."""
    pieces = re.split(r"%([CSZ])", row)
    names = pieces[1::2]
    if not any(fields[name] for name in names):
        return ""
    text = pieces[0]
    for name, after in zip(names, pieces[2::2], strict=True):
        if fields[name]:
            text += fields[name] + after
    return re.sub(r"\s{2,}", " ", text).strip(" ,-/")
