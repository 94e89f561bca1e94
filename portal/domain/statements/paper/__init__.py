"""An issued statement on paper: PDF, A4."""

import json
import re
import subprocess
import sys
from pathlib import Path

from sqlalchemy.orm import Session

from portal.domain.ledger import REASONS
from portal.domain.statements import codes, square
from portal.domain.statements.reading import ends_within_day, entries, last_day
from portal.model import BusinessEntity, Customer, Statement
from portal.values import addresses, locales, money

MOST = 20_000
"""Entries on paper at most: about 500 sheets."""
TAGGED = 2_000
"""Up to so many entries the PDF is tagged for screen readers; above, tags would take longer than all else and weigh more."""
_SECONDS = 120
_PRESS = Path(__file__).with_name("press.py")
_LONG = re.compile(r"\S{24}(?=\S)")


class PressFailed(RuntimeError):
    """The PDF could not be set; what the press said is its text."""


def copy(
    session: Session, statement: Statement, *, customer: Customer, entity: BusinessEntity, address: dict | None, verify: str, locale: str
) -> str:
    """Write down all that stands on the paper, amounts and days as the reader writes them, for `press`.

    `address` is the customer's, in parts; `verify` the public address that checks the code.
    """
    currency, zone = statement.currency, statement.time_zone

    def amount(minor: int) -> str:
        return money.format_amount(minor, currency, locale)

    def day(at) -> str:
        return locales.format_date(at, locale, zone)

    added = deducted = 0
    rows = []
    for entry in entries(session, statement):
        added, deducted = added + max(entry.amount, 0), deducted + min(entry.amount, 0)
        rows.append(
            {
                "day": day(entry.posted_at),
                "what": REASONS[entry.reason].customer_label,
                "text": _breakable(", ".join(filter(None, (entry.customer_text, entry.reference)))),
                "amount": money.format_signed(entry.amount, currency, locale),
                "balance": amount(entry.balance_after),
            }
        )
    return json.dumps(
        {
            "entity": {"name": entity.name, "legal_name": _breakable(entity.legal_name), "address": _breakable(entity.address_line)},
            "customer": [_breakable(line) for line in (customer.name, *(addresses.format_lines(address) if address else ()))],
            "customer_id": _breakable(customer.external_id or ""),
            "wallet": _breakable(statement.wallet.name),
            "currency": currency,
            "currency_name": money.currency_name(currency),
            "first_day": day(statement.starts_at),
            "last_day": day(last_day(statement)),
            "zone": zone,
            "until": locales.format_datetime(statement.ends_at, locale, zone) if ends_within_day(statement) else "",
            "issued": day(statement.issued_at),
            "opening": amount(statement.opening),
            "closing": amount(statement.closing),
            "added": money.format_signed(added, currency, locale),
            "deducted": money.format_signed(deducted, currency, locale),
            "count": f"{len(rows):,}",
            "rows": rows,
            "code": codes.grouped(statement.code),
            "verify": verify,
            "place": verify.rpartition("/")[0],
            "square": square.svg(verify),
        },
        ensure_ascii=False,
    )


def press(copy: str, *, tagged: bool) -> bytes:
    """Set a copy as PDF, in a process of its own.

    :raises PressFailed: when nothing could be set.
    """
    command = [sys.executable, "-I", str(_PRESS), "tagged" if tagged else "plain"]
    done = subprocess.run(command, input=copy.encode(), capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise PressFailed(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _breakable(text: str) -> str:
    """Let long words be broken, so that they stay in their column."""
    return _LONG.sub("\\g<0>\u200b", text)
