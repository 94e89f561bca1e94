"""The statements of the list, each built once for its shape and kept: building one costs more than running it.

A statement finds the page's customers and their sort keys first, in an index's order, and joins what a row shows then.
"""

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Integer, Select, String, and_, bindparam, func, literal_column, not_, or_, select, tuple_, type_coerce

from portal.domain.kept import Kept
from portal.domain.listing.conditions import Shape, build
from portal.domain.listing.sorting import BILLING, MAIN, PRIMARY, SORTS, Section
from portal.domain.search.matching import among, coded, document_id, listed, named, rank, stream, tested
from portal.model import Address, Contact, Customer, Wallet

KEPT = 512
RANK = "rank"


class Walk(NamedTuple):
    """Which statement: a section of an order, its direction, from a row on or from an end, and how narrowed down.

    `search` is "" without a search line, "among" within the documents listed, "beside" with what the index gives beside
    them, "unnamed" with what it gives beside the names that begin with the line, "tested" with all that match.
    "named" is with the names that begin with the line; with a short line "coded" with IDs that begin so, "begun" with both.
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
        found = found.where(here < place if walk.descending else here > place)
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
        statement = stream(statement, walk.dialect, walk.words, walk.compact, walk.whole)
        statement = statement.where(document_id(walk.dialect).not_in(listed(walk.dialect)))
    elif walk.search == "unnamed":
        statement = stream(statement, walk.dialect, walk.words, walk.compact, walk.whole).where(not_(named()))
    if section is not None:
        statement = section.join(statement).where(*section.where)
    if walk.search == "tested":
        statement = statement.where(tested(walk.words, walk.compact))
    elif walk.search == "named":
        statement = statement.where(named())
    elif walk.search == "coded":
        statement = statement.where(coded(), not_(named()))
    elif walk.search == "begun":
        statement = statement.where(or_(coded(), named()))
    return statement.where(*build(walk.shape, walk.dialect))


def section_of(walk: Walk) -> Section:
    """Give the section of an order that a walk is in; the order by rank is a search's own."""
    by_name = SORTS["name"][0]
    if walk.sort != RANK:
        return SORTS[walk.sort][walk.section]
    if walk.search == "among":
        return Section((rank(walk.dialect, walk.compact), *by_name.keys), (int, *by_name.kinds))
    return Section((document_id(walk.dialect),), (int,)) if walk.search in {"beside", "unnamed"} else by_name


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
