"""How variables are written, by their kind; each kind has a usual style, named "", and maybe others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portal.domain.letters import wording


@dataclass(frozen=True)
class Reader:
    """For whom is written: a BCP 47 locale, an IANA time zone, and the letter's currency, where it has one."""

    locale: str
    time_zone: str
    currency: str = ""


Style = Callable[[Any, Reader], str]


def _figure(minor: int, reader: Reader) -> str:
    return wording.figure(minor, currency=reader.currency, locale=reader.locale)


def _signed(minor: int, reader: Reader) -> str:
    return wording.figure(minor, currency=reader.currency, locale=reader.locale, signed=True)


def _money(minor: int, reader: Reader) -> str:
    return wording.money(minor, currency=reader.currency, locale=reader.locale)


def _moment(iso: str, reader: Reader) -> str:
    return wording.moment(iso, locale=reader.locale, time_zone=reader.time_zone)


def _day(iso: str, reader: Reader) -> str:
    return wording.day(iso, locale=reader.locale, time_zone=reader.time_zone)


KINDS: Mapping[str, Mapping[str, Style]] = MappingProxyType(
    {
        "text": {"": lambda value, reader: str(value)},
        "name": {"": lambda value, reader: wording.named(value)},
        "count": {"": lambda value, reader: str(int(value))},
        "money": {"": _money, "figure": _figure},
        "size": {
            "": lambda minor, reader: _money(abs(minor), reader),
            "figure": lambda minor, reader: _figure(abs(minor), reader),
            "plus": lambda minor, reader: _signed(abs(minor), reader),
            "minus": lambda minor, reader: _figure(-abs(minor), reader),
        },
        "moment": {"": _moment, "day": _day},
        "code": {"": lambda code, reader: wording.code_words(code)},
        "flag": {},
    }
)
"""A flag is never written, only asked: {?frozen}."""


def written(kind: str, style: str, value: Any, reader: Reader) -> str:
    """Write a value of a kind in one of its styles.

    :raises ValueError, TypeError: when it is none of its kind.
    """
    return KINDS[kind][style](value, reader)
