"""Statements by schedule: on the first day of each month, where the customer is, for the month before.

That a customer's month was seen to is written down in the transaction that writes the letters: whichever worker comes first
does it, and it is done once. A worker that was down makes up for it within LATE; an older month is left.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain import communications, messages, statements
from portal.domain.actors import Actor
from portal.domain.letters.phrases import say
from portal.model import BusinessEntity, Contact, Customer, Preference, Statement, StatementMonth, Wallet
from portal.values import locales

TOPIC, LETTER = "statements", "statement_ready"
LATE = timedelta(days=10)
_AHEAD, _BEHIND = timedelta(hours=14), timedelta(hours=-12)
"""The clocks of the earth that are furthest from UTC."""
_month = StatementMonth.__table__
_ADD = {dialect.dialect.name: dialect.insert(_month).on_conflict_do_nothing().returning(_month.c.month) for dialect in (sqlite, postgresql)}


def months(now: datetime) -> list[date]:
    """List the months, by their first day, that are over somewhere and not too long ago; the earlier first."""
    found = {_before((now + ahead).date()) for ahead in (_AHEAD, _BEHIND)}
    return sorted(one for one in found if now < datetime.combine(_after(one), time(), locales.zone("UTC")) + LATE)


def waiting(session: Session, month: date, *, limit: int, after: UUID | None = None) -> list[UUID]:
    """List the customers where somebody chose to get statements and the month was not seen to, by id, from after `after`."""
    seen = select(StatementMonth.customer_id).where(StatementMonth.customer_id == Contact.customer_id, StatementMonth.month == month)
    statement = (
        select(Contact.customer_id)
        .join(Preference, Preference.contact_id == Contact.id)
        .where(Preference.topic == TOPIC, Preference.wanted, Contact.removed_at.is_(None), ~seen.exists())
        .distinct()
        .order_by(Contact.customer_id)
        .limit(limit)
    )
    return list(session.scalars(statement if after is None else statement.where(Contact.customer_id > after)))


def is_over(session: Session, customer_id: UUID, month: date, now: datetime) -> bool:
    """Tell whether a month is over where a customer is."""
    customer = session.get_one(Customer, customer_id)
    return now >= _bounds(month, _zone(session, customer))[1]


def make(session: Session, customer_id: UUID, month: date, *, now: datetime, by: Actor) -> int:
    """Issue a customer's statements of a month and write to those who get them; say how many letters that made.

    Nothing is done before the month is over where the customer is. A wallet without entries and without money has no
    statement, and whoever came to get statements after the month was over gets the next.

    :raises NoSender: when there is something to send, and nobody to write as.
    """
    customer = session.get_one(Customer, customer_id)
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    zone = _zone(session, customer)
    starts_at, ends_at = _bounds(month, zone)
    if now < ends_at:
        return 0
    seen = {"customer_id": customer_id, "month": month, "made_at": now}
    if session.scalar(_ADD[session.get_bind().dialect.name].values(seen)) is None:
        return 0
    readers = [
        verdict.contact
        for verdict in communications.recipients(session, customer, TOPIC)
        if verdict.will and (verdict.receipt.chosen_at if verdict.receipt else verdict.contact.created_at) < ends_at
    ]
    made = 0
    for wallet in session.scalars(select(Wallet).where(Wallet.customer_id == customer_id).order_by(Wallet.id)) if readers else ():
        view = statements.read(session, wallet, starts_at, ends_at)
        if view.count or view.closing:
            statement = statements.issue(session, wallet, starts_at, ends_at, time_zone=zone, by=by)
            made += sum(_write(session, contact, customer, entity, wallet, statement, month) for contact in readers)
    return made


def _write(
    session: Session, contact: Contact, customer: Customer, entity: BusinessEntity, wallet: Wallet, statement: Statement, month: date
) -> bool:
    message = messages.queue(
        session,
        LETTER,
        to=replace(messages.recipient(contact, customer, entity), time_zone=statement.time_zone),  # its days are days there
        facts={
            "customer_name": customer.name,
            "contact_name": contact.first_name or contact.last_name or contact.email,
            "wallet": wallet.name,
            "currency": statement.currency,
            "first_day": statement.starts_at.isoformat(),
            "last_day": statements.last_day(statement).isoformat(),
            "entries": statement.last_seq - statement.before_seq,
            "opening": statement.opening,
            "movement": statement.closing - statement.opening,
            "closing": statement.closing,
            "statement_code": statements.grouped(statement.code),
        },
        links={"open_statement": {"purpose": "statement", "target": f"/account/statements/{statement.id}"}},
        why=say("You get this as contact of {customer}, because {topic} are on.", customer=customer.name, topic=say("statements")),
        key=f"statement:{wallet.id}:{month:%Y-%m}:{contact.id}",
        entity_id=entity.id,
    )
    return message is not None


def _zone(session: Session, customer: Customer) -> str:
    return customer.time_zone or session.get_one(BusinessEntity, customer.business_entity_id).time_zone


def _bounds(month: date, zone: str) -> tuple[datetime, datetime]:
    first, end = (datetime.combine(day, time(), locales.zone(zone)) for day in (month, _after(month)))
    return first, end


def _before(day: date) -> date:
    """Give the first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _after(month: date) -> date:
    """Give the first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)
