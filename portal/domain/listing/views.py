"""The views in the margin: kept sets of filters that everybody has, each with its count."""

import time
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import Session

from portal.domain.listing.counting import CAP, Count, counted
from portal.domain.listing.filters import Filters
from portal.domain.listing.pages import look
from portal.domain.listing.picks import PICKS
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

    "More than a thousand" is kept for a minute, any other for a hundred times as long as counting it took: some milliseconds,
    and near 1 % of the time is spent counting.
    """

    MORE_FOR = 60.0
    SHARE = 0.01

    def __init__(self):
        self._kept: dict[str, tuple[float, Count]] = {}

    def all(self, session: Session, *, within: frozenset[UUID] | None = None) -> dict[str, Count]:
        """Give the count of each view by its key; those of a reader who is limited to some business entities are not kept."""
        if within is not None:
            return {view.key: counted(session, look(session, replace(view.filters, within=within))) for view in VIEWS}
        counts = self._some(session, VIEWS)
        return {view.key: counts[view.key] for view in VIEWS}

    def of(self, session: Session, view: View, *, within: frozenset[UUID] | None = None) -> Count:
        """Give the count of one view."""
        if within is not None:
            return counted(session, look(session, replace(view.filters, within=within)))
        return self._some(session, (view,))[view.key]

    def _some(self, session: Session, views: tuple[View, ...]) -> dict[str, Count]:
        now = time.monotonic()
        kept = {view.key: self._kept[view.key][1] for view in views if view.key in self._kept and now < self._kept[view.key][0]}
        asked = tuple(view for view in views if view.key not in kept)
        if asked:
            start = time.monotonic()
            found = session.connection().execute(_picked(tuple(view.key for view in asked), session.get_bind().dialect.name)).one()
            counts = {view.key: _count(session, view, number) for view, number in zip(asked, found, strict=True)}
            now = time.monotonic()
            for key, count in counts.items():
                self._kept[key] = (now + (self.MORE_FOR if count.more else (now - start) / self.SHARE), count)
            kept |= counts
        return kept


def _count(session: Session, view: View, picked: int) -> Count:
    """Count a view that so many are picked for, whatever their status; more than a thousand are as good as more of one."""
    if picked > CAP:
        return Count(CAP, more=True)
    exact = not picked or PICKS.keys().isdisjoint(view.filters.values)
    return Count(picked) if exact else counted(session, look(session, view.filters))


@lru_cache(maxsize=32)
def _picked(keys: tuple[str, ...], dialect: str) -> Select:
    """Build the statement that counts, up to one more than is counted at all, what the views of these keys pick."""
    return select(*(_capped(_picks(view.filters, dialect)) for view in VIEWS if view.key in keys))


def _picks(filters: Filters, dialect: str) -> Select:
    """Select what a view picks: by another table, or by status."""
    for name, value in filters.values.items():
        if name in PICKS:
            return PICKS[name](value).select(dialect)
    status = filters.values.get("status", "active")
    return select(Customer.id).where(Customer.status == literal_column(f"'{status}'"))


def _capped(statement: Select):
    return select(func.count()).select_from(statement.limit(CAP + 1).subquery()).scalar_subquery()
