"""The documents that search looks into, and SQLite's full-text index over them.

`search_index` is an FTS5 table with external content: it keeps no text of its own, so it must be told the old body
before a document changes (sqlite.org/fts5.html#external_content_tables). PostgreSQL's index follows by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from portal.model import Contact, CustomAttribute, Customer, SearchDocument, TaxId
from portal.values.text import fold

BATCH = 500
SOUGHT = ("text", "choice", "list")
"""Kinds of custom attributes whose values a customer is found by."""
_TOGETHER = "search.together"

_TAKE_OUT = text("INSERT INTO search_index (search_index, rowid, body) VALUES ('delete', :id, :body)")
_PUT_IN = text("INSERT INTO search_index (rowid, body) VALUES (:id, :body)")
_PUT_IN_AFTER = text("INSERT INTO search_index (rowid, body) SELECT id, body FROM search_document WHERE id > :last ORDER BY id")


def body(
    *,
    name: str,
    external_id: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    tax_ids: Iterable[str] = (),
    attributes: Iterable[str | list[str]] = (),
    contacts: Iterable[tuple[str, str]] = (),
) -> str:
    """Write the document of one customer: what it is found by, folded, one a line, nothing twice.

    `phone` is E.164; `tax_ids` are values as they are kept, `attributes` those of SOUGHT kinds; `contacts` are (full name or "", email).
    """
    lines = [name, external_id, email, *tax_ids, phone.removeprefix("+") if phone else None]
    for value in attributes:
        lines += value if isinstance(value, list) else (value,)
    for person, address in contacts:
        lines += (person, address)
    return "\n".join(dict.fromkeys(folded for line in lines if line and (folded := fold(line))))


def index(session: Session, customer_ids: Iterable[UUID]) -> None:
    """Bring the documents of these customers up to date; what was changed in the session counts."""
    if (waiting := session.info.get(_TOGETHER)) is not None:
        waiting.update(dict.fromkeys(customer_ids))
        return
    session.flush()
    wanted = list(dict.fromkeys(customer_ids))
    for start in range(0, len(wanted), BATCH):
        _index_some(session, wanted[start : start + BATCH])


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Put off what `index` is asked for within the block, and do all of it at its end: ten times as fast as one by one."""
    waiting = session.info[_TOGETHER] = {}
    try:
        yield
    finally:
        del session.info[_TOGETHER]
    index(session, waiting)


def index_new(session: Session, rows: Iterable[tuple[UUID, str]]) -> int:
    """Add documents of customers that have none yet, many at once; give how many.

    `rows` are (customer id, body). The full-text index is filled by one statement at the end: four times as fast as
    document by document.
    """
    session.flush()
    last = last_document(session)
    made = [{"customer_id": customer_id, "body": text} for customer_id, text in rows]
    if made:
        session.execute(insert(SearchDocument.__table__), made)
        put_in_after(session, last)
    return len(made)


def last_document(session: Session) -> int:
    """Give the id of the newest document; 0 when there is none."""
    return session.scalar(select(func.max(SearchDocument.id))) or 0


def put_in_after(session: Session, last: int) -> None:
    """Put all documents after one into SQLite's full-text index, by one statement; PostgreSQL's follows by itself."""
    if _is_sqlite(session):
        session.execute(_PUT_IN_AFTER, {"last": last})


def _index_some(session: Session, customer_ids: list[UUID]) -> None:
    bodies = _bodies(session, customer_ids)
    kept = session.execute(
        select(SearchDocument.customer_id, SearchDocument.id, SearchDocument.body).where(SearchDocument.customer_id.in_(customer_ids))
    )
    changed = []
    for customer_id, document_id, old in kept:
        new = bodies.pop(customer_id)
        if new != old:
            changed.append((document_id, old, new))
    if changed:
        _replace(session, changed)
    if bodies:
        index_new(session, bodies.items())


def _replace(session: Session, changed: list[tuple[int, str, str]]) -> None:
    if _is_sqlite(session):
        session.execute(_TAKE_OUT, [{"id": document_id, "body": old} for document_id, old, _ in changed])
    for document_id, _, new in changed:
        session.execute(update(SearchDocument.__table__).where(SearchDocument.id == document_id).values(body=new))
    if _is_sqlite(session):
        session.execute(_PUT_IN, [{"id": document_id, "body": new} for document_id, _, new in changed])


def _bodies(session: Session, customer_ids: list[UUID]) -> dict[UUID, str]:
    tax_ids, people = defaultdict(list), defaultdict(list)
    for customer_id, value in session.execute(
        select(TaxId.customer_id, TaxId.value).where(TaxId.customer_id.in_(customer_ids)).order_by(TaxId.id)
    ):
        tax_ids[customer_id].append(value)
    for customer_id, first, last, email in session.execute(
        select(Contact.customer_id, Contact.first_name, Contact.last_name, Contact.email)
        .where(Contact.customer_id.in_(customer_ids), Contact.removed_at.is_(None))
        .order_by(Contact.id)
    ):
        people[customer_id].append((f"{first} {last}".strip(), email))
    found = session.execute(_FOUND_BY.where(Customer.id.in_(customer_ids))).all()
    sought = _sought(session) if any(row.attributes for row in found) else []
    return {
        row.id: body(
            name=row.name,
            external_id=row.external_id,
            email=row.email,
            phone=row.phone,
            tax_ids=tax_ids[row.id],
            attributes=[row.attributes[key] for key, owner in sought if key in row.attributes and owner in (None, row.business_entity_id)],
            contacts=people[row.id],
        )
        for row in found
    }


_FOUND_BY = select(
    *(Customer.id, Customer.name, Customer.external_id, Customer.email, Customer.phone, Customer.attributes, Customer.business_entity_id)
)


def _sought(session: Session) -> list[tuple[str, UUID | None]]:
    """List the keys whose values customers are found by, each with the business entity whose customers have it, None for all."""
    wanted = select(CustomAttribute.key, CustomAttribute.business_entity_id).where(CustomAttribute.kind.in_(SOUGHT))
    return [tuple(row) for row in session.execute(wanted.order_by(CustomAttribute.position, CustomAttribute.id))]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
