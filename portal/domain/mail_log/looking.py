"""What a search line may mean: the beginning of an address or a subject, a customer, the name of a person.

Each meaning gives streams that an index answers. Where a line begins too many values for that, the messages themselves
are looked through, so many at a time: with so many that fit, they are met soon.
"""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.domain import search
from portal.domain.mail_log.streams import GATHERED, Stream, Test
from portal.model import Contact, Customer, EmailMessage, SearchDocument
from portal.values.emails import email_key
from portal.values.text import fold

FEW = 20
LONGEST = 100
_LAST = "\U0010ffff"


def streams(session: Session, line: str) -> list[Stream]:
    """Give the streams of messages that fit a search line; none where nothing fits."""
    line = line.strip()[:LONGEST]
    address, words = email_key(line), fold(line)
    found = _beginning(session, EmailMessage.to_key, address)
    if "@" in line or not words:
        return found
    found += _beginning(session, EmailMessage.subject_key, words[:80])
    found += _of_customers(session, line, words)
    return found + _of_people(session, line, words)


def _beginning(session: Session, column: InstrumentedAttribute, start: str) -> list[Stream]:
    """Give one stream for each value that begins so; of many values all their messages, or else one that tests every message."""
    values = _values(session, column, start)
    kept = (EmailMessage.subject_key != "",) if column is EmailMessage.subject_key else ()
    if len(values) > FEW:
        within = (column >= start, column < start + _LAST, *kept)
        counted = select(EmailMessage.id).where(*within).limit(GATHERED + 1).subquery()
        if session.scalar(select(func.count()).select_from(counted)) <= GATHERED:
            return [Stream(by=within, gathered=True)]
        return [Stream(tested=(_begins(column.key, start),))]
    return [Stream(by=(column == value, *kept)) for value in values]


def _values(session: Session, column: InstrumentedAttribute, start: str) -> list[str]:
    """List the values that begin so, one step in the index for each; FEW + 1 when there are more."""
    values: list[str] = []
    kept = (EmailMessage.subject_key != "",) if column is EmailMessage.subject_key else ()
    while len(values) <= FEW:
        further = column > values[-1] if values else column >= start
        value = session.scalar(select(column).where(further, column < start + _LAST, *kept).order_by(column).limit(1))
        if value is None:
            break
        values.append(value)
    return values


def _begins(name: str, start: str) -> Test:
    return lambda columns: (getattr(columns, name) >= start) & (getattr(columns, name) < start + _LAST)


def _of_customers(session: Session, line: str, words: str) -> list[Stream]:
    """Give the streams of customers whose name begins with the line, or whose ID it is."""
    named = (Customer.name_key >= words, Customer.name_key < words + _LAST)
    ids = set(session.scalars(select(Customer.id).where(*named).limit(FEW + 1)))
    ids |= set(session.scalars(select(Customer.id).where(or_(*(Customer.external_id == one for one in {line, line.upper()})))))
    if len(ids) > FEW:
        return [Stream(tested=(lambda columns: columns.customer_id.in_(select(Customer.id).where(*named)),))]
    return [_stream(EmailMessage.customer_id, one) for one in ids]


def _of_people(session: Session, line: str, words: str) -> list[Stream]:
    """Give the streams of contacts whose name holds every word of the line."""
    if (match := search.matching(session, line)) is None:
        return []
    if not match.complete:
        return [Stream(tested=(_named(words),))]
    parts = words.split()
    people = session.execute(
        select(Contact.id, Contact.first_name, Contact.last_name)
        .join(SearchDocument, SearchDocument.customer_id == Contact.customer_id)
        .where(SearchDocument.id.in_(match.documents))
        .limit(2000)
    )
    ids = [one.id for one in people if all(part in fold(f"{one.first_name} {one.last_name}") for part in parts)]
    if len(ids) > FEW:
        return [Stream(tested=(_named(words),))]
    return [_stream(EmailMessage.contact_id, one) for one in ids]


def _named(words: str) -> Test:
    """Test whether the recipient's name, as it was written, holds the words."""
    return lambda columns: func.lower(columns.to_name).contains(words, autoescape=True)


def _stream(column: InstrumentedAttribute, value: UUID) -> Stream:
    return Stream(by=(column == value,))
