"""The statements of the list, each built once for its shape and kept: building one costs more than running it.

A statement finds the page's customers and their sort keys first, in an index's order, and joins what a row shows then.
"""

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Integer, Select, String, and_, bindparam, func, literal_column, not_, or_, select, tuple_, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from portal.domain.kept import Kept
from portal.domain.listing.conditions import Shape, build, starts, status_tried
from portal.domain.listing.sorting import BILLING, MAIN, PRIMARY, SORTS, Section
from portal.domain.search.matching import INDEX, among, coded, listed, named, rank, reading, streaming, tested
from portal.model import Address, Contact, Customer, SearchDocument, Wallet

KEPT = 512
RANK = "rank"


class Walk(NamedTuple):
    """Which statement: a section of an order, its direction, from a row on or from an end, and how narrowed down.

    `search` is "" without a search line, "among" within the documents listed, "beside" with what the index gives beside
    them, "unnamed" with what it gives beside the names that begin with the line, "tested" with all that match.
    "named" is with the names that begin with the line; with a short line "coded" with IDs that begin so, "begun" with both.
    `gathered` is where an index gives all rows, so few that they are sorted then; else they are met in the order.
    """

    sort: str
    section: int
    descending: bool
    from_key: bool
    shape: Shape
    dialect: str
    search: str = ""
    words: int = 0
    compact: bool = False
    whole: bool = False
    gathered: bool = False


@lru_cache(maxsize=KEPT)
def rows(walk: Walk) -> Kept:
    """Build the statement for some rows of a walk; parameters: the filters', `key0`..., `limit`, and the search's."""
    section = section_of(walk)
    keys = section.keys
    columns = [key.label(f"k{place}") for place, key in enumerate(keys)]
    if walk.dialect == "sqlite":  # a table found again by its row number saves a look into the index of its ids
        columns.append(_ROW.label("row"))
    found = narrowed(select(Customer.id, *columns), walk, section)
    if walk.from_key:
        here, place = tuple_(*keys), tuple_(*(bindparam(f"key{number}", type_=key.type) for number, key in enumerate(keys)))
        if len(keys) == 1:  # a full-text index takes a bound on its row ids, not on a row of one value
            here, place = keys[0], bindparam("key0", type_=keys[0].type)
        found = found.where(_tried(here < place if walk.descending else here > place, walk.gathered))
    if walk.gathered and walk.dialect == "postgresql" and walk.search != "among":
        # Materialised, so that it is planned as if all were wanted: with a limit in view the planner would walk the order.
        gathered = found.cte("gathered").prefix_with("MATERIALIZED")
        found, keys = select(gathered), [gathered.c[f"k{place}"] for place in range(len(keys))]
    order = [key.desc() if walk.descending else key for key in keys]
    found = found.order_by(*order).limit(bindparam("limit")).subquery("found")
    again = [found.c[f"k{place}"] for place in range(len(keys))]
    return Kept(
        select(*_shown(found), *(again[:-1] if section.kinds[-1].__name__ == "UUID" else again))
        .select_from(found)
        .join(Customer, found.c.row == _ROW if walk.dialect == "sqlite" else found.c.id == Customer.id)
        .outerjoin(Address, and_(Address.customer_id == Customer.id, BILLING))
        .outerjoin(Wallet, and_(Wallet.customer_id == Customer.id, MAIN))
        .outerjoin(Contact, and_(Contact.customer_id == Customer.id, PRIMARY))
        .order_by(*(key.desc() if walk.descending else key for key in again))
    )


@lru_cache(maxsize=KEPT)
def number(walk: Walk) -> Kept:
    """Build the statement that counts a walk's rows up to `limit`."""
    found = narrowed(select(Customer.id), walk, None).limit(bindparam("limit")).subquery()
    return Kept(select(func.count()).select_from(found))


def narrowed(statement: Select, walk: Walk, section: Section | None) -> Select:
    """Join and narrow a statement on `Customer` down to the rows of a walk."""
    if walk.search == "among":
        statement = among(statement, walk.dialect)
    elif walk.search == "beside":
        statement = _held(statement, walk).where(_document(walk).not_in(listed(walk.dialect)))
    elif walk.search == "unnamed":
        statement = _held(statement, walk).where(not_(named()))
    if section is not None:
        statement = section.join(statement).where(*section.where)
    if walk.search == "tested":
        statement = statement.where(tested(walk.words, walk.compact))
    elif walk.search == "named":
        statement = statement.where(named())
    elif walk.search in {"coded", "begun"}:
        begin = coded() if walk.search == "coded" else or_(coded(), named())
        statement = statement.where(_tried(begin, section is not None and (not walk.gathered or starts(walk.shape))))
        statement = statement.where(not_(named())) if walk.search == "coded" else statement
    along = section.by_name if section is not None else len(walk.shape) == 1
    shape = walk.shape if along and not walk.gathered else status_tried(walk.shape)
    return statement.where(*build(shape, walk.dialect))


def _tried(condition: ColumnElement[bool], tried: bool) -> ColumnElement[bool]:
    """Have a condition tried on rows that are come by otherwise: "is true" leaves out the index that it would lead to."""
    return condition.is_(True) if tried else condition


def section_of(walk: Walk) -> Section:
    """Give the section of an order that a walk is in; the order by rank is a search's own."""
    by_name = SORTS["name"][0]
    if walk.sort == "status" and walk.shape[0][1] != "any":
        return by_name  # all have the same one
    if walk.sort != RANK:
        return SORTS[walk.sort][walk.section]
    if walk.search == "among":
        return Section((rank(walk.dialect, walk.compact), *by_name.keys), (int, *by_name.kinds))
    return Section((_document(walk),), (int,)) if walk.search in {"beside", "unnamed"} else by_name


def _held(statement: Select, walk: Walk) -> Select:
    """Take in the documents that hold the line: from SQLite's index, or those of the few customers that a filter picks."""
    if _streams(walk):
        return streaming(statement, walk.words, walk.compact, walk.whole)
    return reading(statement, walk.words, walk.compact)


def _document(walk: Walk) -> ColumnElement[int]:
    """The id of a document, as it is come by; where a filter's few are the start, not one whose order might be taken instead."""
    if _streams(walk):
        return INDEX.c.rowid
    return SearchDocument.id + 0 if starts(walk.shape) else SearchDocument.id


def _streams(walk: Walk) -> bool:
    return walk.dialect == "sqlite" and not starts(walk.shape)


def _shown(found) -> tuple:
    """What a row of the list shows. Ids, yes and no as the driver gives them: making a UUID or a bool of each is dear."""
    wallets = select(func.count()).where(Wallet.customer_id == found.c.id).correlate(found).scalar_subquery()
    return (
        type_coerce(Customer.id, String).label("id"),
        Customer.name,
        Customer.external_id,
        Customer.email,
        Address.city,
        Address.country,
        Wallet.balance,
        Wallet.currency,
        wallets.label("wallets"),
        Customer.status,
        type_coerce(Customer.communications, Integer).label("communications"),
        Contact.bounce_state,
        type_coerce(Contact.verified_at.is_not(None), Integer).label("verified"),
    )


_ROW = literal_column("customer.rowid", Integer)
