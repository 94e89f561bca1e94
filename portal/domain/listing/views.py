"""The views in the margin: kept sets of filters that everybody has, each with its count."""

import time
from typing import NamedTuple

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import Session

from portal.domain.listing.conditions import PICKS
from portal.domain.listing.counting import CAP, Count, counted
from portal.domain.listing.filters import Filters
from portal.domain.listing.pages import look
from portal.model import Customer


class View(NamedTuple):
    """A view: its name in the margin, the title of its page, its filters."""

    key: str
    label: str
    title: str
    filters: Filters


VIEWS = (
    View("all", "All customers", "Customers", Filters()),
    View("credit", "With credit", "Customers with credit", Filters(values={"balance": "credit"})),
    View("below", "Below zero", "Customers below zero", Filters(values={"balance": "below"})),
    View("bounces", "Mail bounces", "Customers whose mail bounces", Filters(values={"bounce": "any"})),
    View("archived", "Archived", "Archived customers", Filters(values={"status": "archived"})),
)


class KeptCounts:
    """The counts of the views.

    The quick ones are asked for together, each time. One that takes long is kept for a hundred times as long as it took,
    so that counting stays near 1 % of the time.
    """

    SHARE = 0.01
    QUICK = 0.002

    def __init__(self):
        self._kept: dict[str, tuple[float, Count]] = {}

    def all(self, session: Session) -> dict[str, Count]:
        """Give the count of each view by its key."""
        active, archived, credit = (Count(min(found, CAP), found > CAP) for found in session.execute(_QUICK).one())
        counts = {"all": active, "archived": archived}
        if credit.more:
            counts["credit"] = credit
        return {view.key: counts.get(view.key) or self._count(session, view) for view in VIEWS}

    def _count(self, session: Session, view: View) -> Count:
        until, kept = self._kept.get(view.key, (0.0, Count(0)))
        if time.monotonic() < until:
            return kept
        start = time.monotonic()
        kept = counted(session, look(session, view.filters))
        took = time.monotonic() - start
        self._kept[view.key] = (time.monotonic() + took / self.SHARE if took > self.QUICK else 0.0, kept)
        return kept


def _capped(statement: Select):
    return select(func.count()).select_from(statement.limit(CAP + 1).subquery()).scalar_subquery()


_QUICK = select(
    *(_capped(select(Customer.id).where(Customer.status == literal_column(f"'{status}'"))) for status in ("active", "archived")),
    # More than a thousand with credit are more than a thousand; where there are fewer, the archived ones matter.
    _capped(PICKS["balance"]("credit").select()),
)
