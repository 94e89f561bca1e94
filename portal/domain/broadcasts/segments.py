"""Who a broadcast is for: the customers that a view shows, gone through in the order in which they were added.

It is the list itself that is asked, page by page, so that nobody is written to whom the view would not show.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.domain import attributes, listing, saved_views
from portal.domain.actors import Actor
from portal.domain.listing import Filters
from portal.model import Broadcast, Customer

BATCH = 500
_ORDER = "created"


def choices(session: Session, actor: Actor) -> dict[str, tuple[str, str]]:
    """Give the views that a broadcast can be made for: by key or id, the name and the query."""
    found = {view.key: (view.label, urlencode(view.filters.pairs())) for view in listing.VIEWS if view.key != "archived"}
    return found | {str(view.id): (view.name, view.query) for view, _ in saved_views.all(session, actor)}


def filters_of(session: Session, broadcast: Broadcast) -> Filters:
    """Give what narrows the customers down, within the business entities that it may reach."""
    if broadcast.business_entity_id is not None:
        within = frozenset((broadcast.business_entity_id,))
    else:
        within = None if broadcast.within is None else frozenset(UUID(one) for one in broadcast.within)
    read = Filters.read(parse_qsl(broadcast.query))
    filters = Filters(read.q, read.values, read.custom, read.attributes, within)
    if not filters.attributes:
        return filters
    own = [one for one in attributes.columns(session) if within is None or one.business_entity_id in {None, *within}]
    return filters.fitting(own)


def batch(session: Session, broadcast: Broadcast, place: str, *, size: int = BATCH) -> tuple[Sequence[Customer], str]:
    """Give the next customers from a place on ("" for the first), and the place behind them: "" where there are no more."""
    found = listing.page(session, filters_of(session, broadcast), sort=_ORDER, cursor=place, size=size, zone=broadcast.time_zone)
    ids = [UUID(str(row.id)) for row in found.rows]
    customers = {one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return [customers[one] for one in ids], found.next


def first_customer(session: Session, broadcast: Broadcast) -> Customer | None:
    """Give the first customer of the view with its business entity, to show the letter with; None where it shows nobody."""
    found = listing.page(session, filters_of(session, broadcast), sort=_ORDER, size=1, zone=broadcast.time_zone)
    if not found.rows:
        return None
    wanted = select(Customer).options(joinedload(Customer.business_entity)).where(Customer.id == UUID(str(found.rows[0].id)))
    return session.scalars(wanted).one()
