"""The list of customers: views, search, filters, sort, pages."""

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import current_app, g, request
from markupsafe import Markup

from portal.domain import attributes, business_entities, listing, saved_views
from portal.domain.listing import Filters, KeptCounts, View
from portal.web import htmx
from portal.web.access import may
from portal.web.console.customers import closely, filtering, rows
from portal.web.console.customers.blueprint import bp
from portal.web.database import session
from portal.web.filters import reader
from portal.web.kept_urls import fixed_url

SORTS = {"name": "Name", "external_id": "Customer ID", "email": "Email", "city": "City", "balance": "Balance", "status": "Status"}
NEWEST_FIRST = {"created", "updated", "balance"}
ORDERS = (("-created", "Newest first"), ("-updated", "Changed last"))


@bp.get("/")
@may("customer.read")
def index():
    """List the customers that match."""
    here = fixed_url("console.customers.index")
    filters = replace(Filters.read(request.args.items(multi=True)), within=g.actor.entity_ids)
    own = own_columns() if filters.attributes or "filter" in request.args else ()
    filters = filters.fitting(own) if filters.attributes else filters
    asked = request.args.get("sort", "")
    sort = asked if asked.removeprefix("-") in listing.SORTS else ""
    locale, zone = reader()
    page = listing.page(session(), filters, sort=sort, cursor=request.args.get("page", ""), zone=zone)
    current = next((view for view in listing.VIEWS if view.filters == filters), None)
    whole = {} if htmx.fragment_wanted() else margin(here, filters, sort, current)
    count = whole.get("count") or (
        kept_counts().of(session(), current, within=filters.within) if current else listing.count(session(), page)
    )
    entities = business_entities.all(session(), actor=g.actor) if "entity" in filters.values or "filter" in request.args else []
    address = Address(here, filters, sort)
    columns, close = heads(address, sort, searching=bool(filters.q)), closely.chosen()
    return htmx.page(
        "console/customers/index.html",
        "list",
        here=here,
        filters=filters,
        sort=sort,
        close=close,
        heads=closely.heads(columns, address, sort) if close else columns,
        body=(_close(page.rows, here, locale, zone) if close else rows.body(page.rows, here, locale)) if page.rows else None,
        three=not rows.THREE.isdisjoint([row.currency for row in page.rows]),
        pager=pager(address, page, count),
        chips=filtering.chips(filters, entities, address),
        keep=[pair for pair in address.pairs() if pair[0] != "q"],
        form=filtering.questions(filters, entities, own) if "filter" in request.args else None,
        add_href=address(filter="1"),
        save_href=save_href(address) if current is None else None,
        wider=wider(here, filters) if not page.rows else None,
        **whole,
    )


def own_columns() -> list[attributes.Column]:
    """Give the custom attributes of the customers that are in the actor's reach."""
    return [one for one in attributes.columns(session()) if one.business_entity_id is None or g.actor.reaches(one.business_entity_id)]


def _close(found: tuple, here: str, locale: str, zone: str) -> Markup:
    return closely.body(found, listing.details(session(), [row.id for row in found]), here, locale, zone)


class Address:
    """The address of the list as it is, with something changed: called with names and values, None takes one away."""

    def __init__(self, here: str, filters: Filters, sort: str):
        self.here, self.filters, self.sort = here, filters, sort
        self._narrowed = urlencode(filters.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        return self.filters.pairs() + ([("sort", self.sort)] if self.sort else [])

    def __call__(self, sort: str | None = "", **changed: str | None) -> str:
        """Give the address; `sort` is "" for the order as it is. What is changed is written in letters that need no quoting."""
        sort = self.sort if sort == "" else sort
        changed = {"sort": sort, **changed}
        query = "&".join(filter(None, (self._narrowed, *(f"{name}={value}" for name, value in changed.items() if value))))
        return f"{self.here}?{query}" if query else self.here

    def without(self, name: str) -> str:
        return join(self.here, Address(self.here, self.filters.without(name), self.sort).pairs())


def save_href(address: Address) -> str | None:
    """Give the address that saves the list as it is under a name; None where nothing narrows or orders it, or the actor may not."""
    pairs = address.pairs()
    return f"{fixed_url('console.views.new')}?{urlencode(pairs)}" if pairs and g.actor.may("view.save") else None


def join(here: str, pairs: list[tuple[str, str]]) -> str:
    return f"{here}?{urlencode(pairs)}" if pairs else here


def kept_counts() -> KeptCounts:
    """Give the counts of the views that this process keeps."""
    return current_app.extensions.setdefault("customer_counts", KeptCounts())


def margin(here: str, filters: Filters, sort: str, current: View | None) -> dict:
    """Give what only the whole page shows: the title, the views with their counts, the orders without a column."""
    counts = kept_counts().all(session(), within=filters.within)
    address = Address(here, filters, sort)
    views = [
        {"label": view.label, "href": href, "count": str(counts[view.key]), "current": view is current}
        for view, href in zip(listing.VIEWS, view_addresses(here), strict=True)
    ]
    title, saved = current.title if current else "Customers", saved_views.in_margin(session(), g.actor.user_id)
    if saved:
        query = urlencode(address.pairs())
        views.append({"heading": "Saved"})
        views += [{"label": view.name, "href": f"{here}?{view.query}", "current": view.query == query} for view in saved]
        title = next((view.name for view in saved if view.query == query), title)
        views.append({"label": "All saved views", "href": fixed_url("console.views.index")})
    orders = [{"label": label, "href": address(sort=order), "current": "true" if sort == order else None} for order, label in ORDERS]
    return {
        "title": title,
        "views": [*views, {"heading": "Order"}, *orders],
        "empty": not any(count.number for count in counts.values()),
        "count": counts[current.key] if current else None,
    }


@lru_cache(maxsize=8)
def view_addresses(here: str) -> list[str]:
    """Give the address of each view."""
    return [join(here, view.filters.pairs()) for view in listing.VIEWS]


def heads(address: Address, sort: str, *, searching: bool) -> list[dict]:
    """Give the heads of the columns, each with the address that sorts by it, or the other way round."""
    by = sort.removeprefix("-") or ("" if searching else listing.DEFAULT)
    made = []
    for name, label in SORTS.items():
        turned = sort == name or (not sort and name == by)
        first = "-" + name if name in NEWEST_FIRST else name
        other = {name: "-" + name, "-" + name: name}.get(sort or (name if turned else ""), first)
        head = {"label": label, "class": CLASSES[name], "href": address(sort=None if other == listing.DEFAULT and not searching else other)}
        if name == by:
            head["sorted"] = "descending" if sort.startswith("-") else "ascending"
        made.append(head)
        if name == "balance":
            made.append({"label": "Currency", "class": "cur"})
    return made


CLASSES = {"name": "", "external_id": "lo1", "email": "lo3", "city": "lo2", "balance": "amt money", "status": "lo2"}


def pager(address: Address, page: listing.Page, count: listing.Count | None) -> dict:
    """Give the words and addresses below the list."""
    shown = len(page.rows)
    if page.first and page.last:
        words = f"{shown:,} customer{'' if shown == 1 else 's'}"
    else:
        which = "First" if page.first else "Last" if page.last else ""
        words = f"{which} {shown}".strip() + (f" of {count}" if count is not None else "")
    return {
        "words": words,
        "previous_url": address(page=page.previous) if page.previous else None,
        "next_url": address(page=page.next) if page.next else None,
        "last_url": address(page="last") if page.next else None,
    }


def wider(here: str, filters: Filters) -> dict | None:
    """Say what a search finds without the filters; None where there are no filters to leave out."""
    if not filters.q or not filters.narrowed:
        return None
    everywhere = Filters(q=filters.q, values={"status": "any"}, within=filters.within)
    found = listing.count(session(), listing.page(session(), everywhere))
    return {"number": found, "href": join(here, everywhere.pairs())}
