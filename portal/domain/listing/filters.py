"""The filters of the list, as they stand in an address and as conditions.

A filter that cannot be read is left out: an address from elsewhere shows a wider list, never an error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.domain.attributes import Column
from portal.domain.listing import by_attribute
from portal.domain.listing.by_attribute import Asked
from portal.values import countries, money
from portal.values.errors import BadValue

STATUSES = ("active", "archived", "any")
BALANCES = ("credit", "below", "zero", "money", "none")
BOUNCES = ("any", "soft", "hard", "complained", "none")
CUSTOM = "custom."
MAX_LIST = 20
MAX_CUSTOM = 5
MAX_KEY = 100
MAX_VALUE = 255


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed down to: `values` by filter name, `custom` by key, `attributes` by custom ones, `q` the search line.

    Names: status, country, currency, entity, balance, mail, bounce, exempt, tax, parent, added_from, added_to,
    changed_from, changed_to. `values` has no status when it is the usual one: active. `within` are the business entities that
    the reader is limited to, None for all: it stands in no address, and is no filter that anybody could leave out. `attributes`
    are as an address has them until `fitting`.
    """

    q: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    custom: tuple[tuple[str, str], ...] = ()
    attributes: tuple[Asked, ...] = ()
    within: frozenset[UUID] | None = field(default=None, compare=False)

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> "Filters":
        """Read filters from the pairs of a query string; lists are divided by commas or given several times."""
        given: dict[str, list[str]] = {}
        for name, text in pairs:
            given.setdefault(name, []).append(text.strip())
        values = {}
        for name, reader in READERS.items():
            if name in given and (value := reader(",".join(filter(None, given[name])))) is not None:
                values[name] = value
        custom = []
        for name, texts in given.items():
            if name.startswith(CUSTOM) and (pair := _custom(name.removeprefix(CUSTOM), texts[0])):
                custom.append(pair)
        # A small form cannot name a field by what is typed into another one, so it sends key and value apart.
        if pair := _custom(given.get("custom_key", [""])[0], given.get("custom_value", [""])[0]):
            custom.append(pair)
        return cls(
            given.get("q", [""])[0].replace("\0", "")[:200], values, tuple(dict(custom).items())[:MAX_CUSTOM], by_attribute.read(given)
        )

    def fitting(self, columns: Iterable[Column]) -> "Filters":
        """Give the same with those questions to attributes that their definitions can be asked."""
        return replace(self, attributes=by_attribute.fitting(self.attributes, columns))

    def pairs(self) -> list[tuple[str, str]]:
        """Give the pairs of a query string that mean these filters."""
        written = [("q", self.q)] if self.q else []
        for name, value in self.values.items():
            written.append((name, ",".join(map(str, value)) if isinstance(value, tuple) else str(value)))
        written += [(one.name, one.value) for one in self.attributes]
        return written + [(CUSTOM + key, value) for key, value in self.custom]

    def without(self, name: str) -> "Filters":
        """Give the same without one filter: a name, "custom.<key>", "attribute.<key>" with its test, or "q"."""
        if name == "q":
            return replace(self, q="")
        if name.startswith(CUSTOM):
            return replace(self, custom=tuple(pair for pair in self.custom if pair[0] != name.removeprefix(CUSTOM)))
        if name.startswith(by_attribute.PREFIX):
            return replace(self, attributes=tuple(one for one in self.attributes if one.name != name))
        return replace(self, values={key: value for key, value in self.values.items() if key != name})

    @property
    def bare(self) -> bool:
        """Tell whether nothing but the usual status narrows the list."""
        return not (self.q.strip() or self.narrowed)

    @property
    def narrowed(self) -> bool:
        """Tell whether anything but a search narrows the list, or widens it."""
        return bool(self.values or self.custom or self.attributes)


def day_start(day: date, zone: str = "UTC") -> datetime:
    """Give the moment a day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_end(day: date, zone: str = "UTC") -> datetime:
    """Give the moment the day after begins."""
    return day_start(day + timedelta(days=1), zone)


def _one_of(*known: str) -> Callable[[str], str | None]:
    return lambda text: text if text in known else None


def _several(read_one: Callable[[str], object]) -> Callable[[str], tuple | None]:
    def read_all(text: str) -> tuple | None:
        found = []
        for part in text.split(",")[:MAX_LIST]:
            try:
                found.append(read_one(part.strip()))
            except ValueError:
                continue
        return tuple(dict.fromkeys(found)) or None

    return read_all


def _currency(text: str) -> str:
    if text.upper() not in money.EXPONENTS:
        raise BadValue("not a currency")
    return text.upper()


def _country(text: str) -> str:
    if text.upper() not in countries.ALPHA_3:
        raise BadValue("not a country")
    return text.upper()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 9000 else None


def _status(text: str) -> str | None:
    return text if text in {"archived", "any"} else None


def _custom(key: str, value: str) -> tuple[str, str] | None:
    key, value = key.strip().replace("\0", ""), value.strip().replace("\0", "")
    parts = key.split(".")
    if not key or not value or len(key) > MAX_KEY or not all(parts) or '"' in key or "\\" in key:
        return None
    return key, value[:MAX_VALUE]


_YES_NO = _one_of("yes", "no")

READERS: dict[str, Callable[[str], object]] = {
    "status": _status,
    "country": _several(_country),
    "currency": _several(_currency),
    "entity": _several(UUID),
    "balance": _one_of(*BALANCES),
    "mail": _one_of("on", "off"),
    "bounce": _one_of(*BOUNCES),
    "exempt": _YES_NO,
    "tax": _YES_NO,
    "parent": lambda text: text if text in {"yes", "no"} else _uuid(text),
    "added_from": _day,
    "added_to": _day,
    "changed_from": _day,
    "changed_to": _day,
}
