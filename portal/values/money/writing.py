"""Amounts written for people and for machines."""

from functools import lru_cache

from portal.values.money.currencies import EXPONENTS, exponent
from portal.values.money.notation import grouped, notation

MINUS = "\u2212"


def format_amount(minor: int, currency: str, locale: str = "en") -> str:
    """Write minor units for reading, without the currency: 123450 EUR is "1,234.50"; a minus is U+2212, digits are 0-9."""
    decimal, group, further, decimals, unit = _layout(currency, locale)
    whole, rest = divmod(-minor if minor < 0 else minor, unit)
    if group == "," and further == 3:
        text = f"{whole:,}"
    else:
        text = str(whole) if whole < 1000 else grouped(str(whole), group, further)
    if decimals:
        text = f"{text}{decimal}{rest:0{decimals}d}"
    return MINUS + text if minor < 0 else text


def format_signed(minor: int, currency: str, locale: str = "en") -> str:
    """Write minor units for reading with the sign always shown; zero has none."""
    text = format_amount(minor, currency, locale)
    return "+" + text if minor > 0 else text


def machine_amount(minor: int, currency: str) -> str:
    """Write minor units for files and APIs: "1234.50", "-0.05", "1234"."""
    decimals = EXPONENTS[currency] if currency in EXPONENTS else exponent(currency)
    sign = "-" if minor < 0 else ""
    if not decimals:
        return f"{sign}{abs(minor)}"
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}d}"


@lru_cache(maxsize=4096)
def _layout(currency: str, locale: str) -> tuple[str, str, int, int, int]:
    decimals = exponent(currency)
    return (*notation(locale), decimals, 10**decimals)
