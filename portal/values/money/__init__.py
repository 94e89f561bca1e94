"""Money: whole numbers of a currency's minor unit, as it is written, read and exchanged."""

from typing import NamedTuple

from portal.values.money.currencies import EXPONENTS, currency_name, exponent, parse_currency
from portal.values.money.reading import MAX_MINOR, parse_amount, parse_machine_amount
from portal.values.money.writing import format_amount, format_signed, machine_amount

__all__ = [
    "EXPONENTS",
    "MAX_MINOR",
    "Money",
    "currency_name",
    "exponent",
    "format_amount",
    "format_signed",
    "machine_amount",
    "parse_amount",
    "parse_currency",
    "parse_machine_amount",
]


class Money(NamedTuple):
    """An amount in minor units of one currency (1250, "EUR" is 12.50 EUR)."""

    amount: int
    currency: str
