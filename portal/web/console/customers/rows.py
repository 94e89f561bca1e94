"""The rows of the list, made ready to be shown: a template that calls nothing for each row is several times as fast."""

from collections.abc import Iterable
from functools import lru_cache

from portal.values import money

THREE = frozenset(code for code in money.EXPONENTS if money.exponent(code) == 3)
"""Currencies with three decimals: a column that shows one makes room for it."""


def shown(rows: Iterable, here: str, locale: str) -> list[tuple]:
    """Make the rows of a page ready; `here` is the address of the list.

    A row becomes (address, name, external id, email, city, country, amount, class of the amount, currency with the
    number of further wallets, status in a word, class of the status).
    """
    made = []
    for key, name, external_id, email, city, country, balance, currency, wallets, state, communications, bounces, verified, *_ in rows:
        word, kind = status(state, bounces, communications, bool(email), verified)
        amount, look = _amount(balance, currency, locale) if currency else ("", "")
        if wallets > 1:
            currency += f" +{wallets - 1}"
        made.append((here + _dashed(key), name, external_id, email, city, country, amount, look, currency, word, kind))
    return made


def status(state: str, bounces: str | None, communications: bool, has_email: bool, verified: bool) -> tuple[str, str]:
    """Give the one word that matters most about a customer, and the class of the shape beside it."""
    if state == "archived":
        return "Archived", "is off"
    if bounces not in (None, "none"):
        return "Mail bounces", "is wrong"
    if not communications:
        return "Mail off", "is off"
    return ("Unverified", "is wait") if has_email and not verified else ("Active", "is")


@lru_cache(maxsize=65536)
def _amount(minor: int, currency: str, locale: str) -> tuple[str, str]:
    digits = {0: " d0", 3: " d3"}.get(money.exponent(currency), "")
    return money.format_amount(minor, currency, locale), f"amt money{digits}{' neg' if minor < 0 else ''}"


def _dashed(key: object) -> str:
    """Write a row's id as a UUID; SQLite keeps it as 32 digits."""
    text = str(key)
    return text if len(text) == 36 else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
