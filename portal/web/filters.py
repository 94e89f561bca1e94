"""How values are shown: money, days, moments, places, in the reader's locale and time zone."""

from datetime import date, datetime

from flask import Flask, current_app, g
from flask_login import current_user

from portal.domain import mail_log
from portal.domain.errors import Refusal
from portal.values import addresses, countries, locales, money, phones
from portal.values.money.notation import notation


def reader() -> tuple[str, str]:
    """Give the locale and time zone of who reads."""
    if (known := g.get("reader")) is None:
        row = getattr(current_user, "row", None) if "actor" in g and g.actor.signed_in else None
        known = g.reader = (
            (row.locale if row else None) or current_app.config.get("DEFAULT_LOCALE", "en"),
            (row.time_zone if row else None) or current_app.config.get("DEFAULT_TIME_ZONE", "UTC"),
        )
    return known


def amount(minor: int, currency: str) -> str:
    """1,234.50; a minus is U+2212."""
    return money.format_amount(minor, currency, reader()[0])


def signed(minor: int, currency: str) -> str:
    """+25.00."""
    return money.format_signed(minor, currency, reader()[0])


def told(refusal: Refusal) -> str:
    """The sentence of a refusal, its amounts as the reader writes them."""
    return refusal.told(reader()[0])


def marks() -> dict[str, object]:
    """Give the marks between the digits of an amount as the reader writes it: decimal, group, further (see `notation`)."""
    return notation(reader()[0])._asdict()


def day(at: datetime | date | None) -> str:
    """23 Nov 2026."""
    return locales.format_date(at, *reader()) if at else ""


def moment(at: datetime | None) -> str:
    """23 Nov 2026, 09:14."""
    return locales.format_datetime(at, *reader()) if at else ""


def count(number: int) -> str:
    """9,412."""
    return f"{number:,}"


def address_lines(address) -> list[str]:
    """An address in its country's order of lines."""
    return addresses.format_lines(address.parts() if hasattr(address, "parts") else address)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=amount,
        signed=signed,
        day=day,
        moment=moment,
        count=count,
        country=countries.country_name,
        phone=phones.format_phone,
        address_lines=address_lines,
        mail_title=mail_log.title,
    )
    app.jinja_env.globals["marks"] = marks
