"""What every installation starts with: a business entity that bills, and a sender to write as."""

from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit, senders
from portal.domain.actors import Actor
from portal.model import BusinessEntity, Sender
from portal.values.domains import domain_of


class Description(TypedDict, total=False):
    """Who bills and who writes, as far as it is given; parsed already."""

    name: str
    legal_name: str
    address_line: str
    country: str
    time_zone: str
    currency: str
    colour: str
    sender: str
    reply_to: str


def ensure_business_entity(session: Session, **given: str) -> BusinessEntity:
    """Give the default business entity; make it, with its sender, where there is none."""
    entity = session.scalar(select(BusinessEntity).where(BusinessEntity.is_default))
    if entity is None:
        name = given.get("name", "Portal")
        columns = {column: given[column] for column in ("address_line", "country", "time_zone", "currency") if column in given}
        entity = BusinessEntity(name=name, legal_name=given.get("legal_name", name), is_default=True, **columns)
        session.add(entity)
        session.flush()
        address = given.get("sender", "portal@localhost.localdomain")
        session.add(Sender(business_entity_id=entity.id, name=name, address=address, is_default=True))
        session.flush()
    return entity


def describe(session: Session, given: Description, *, by: Actor) -> tuple[BusinessEntity, Sender]:
    """Change what the default business entity and its sender are called; give both."""
    entity = ensure_business_entity(session)
    sender = session.scalars(select(Sender).where(Sender.business_entity_id == entity.id, Sender.is_default)).one()
    before = _read(entity, sender)
    for column in ("name", "legal_name", "address_line", "country", "time_zone", "currency", "colour"):
        if column in given:
            setattr(entity, column, given[column])
    sender.name = given.get("name", sender.name)
    sender.address = given.get("sender", sender.address)
    sender.reply_to = given.get("reply_to", sender.reply_to)
    if sender.dkim_domain not in ("", domain_of(sender.address)):
        senders.forget_key(sender)  # it counts at its own domain only
    session.flush()
    if changes := audit.differences(before, _read(entity, sender)):
        audit.record(session, "business_entity.changed", by=by, subject=entity, subject_name=entity.name, changes=changes)
    return entity, sender


def _read(entity: BusinessEntity, sender: Sender) -> Description:
    return Description(
        name=entity.name,
        legal_name=entity.legal_name,
        address_line=entity.address_line,
        country=entity.country,
        time_zone=entity.time_zone,
        currency=entity.currency,
        colour=entity.colour,
        sender=sender.address,
        reply_to=sender.reply_to,
    )
