"""Senders: added, changed, chosen as the default, removed."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.senders.keys import forget_key, make_key, record
from portal.domain.senders.refusals import SenderInUse, SenderWrong
from portal.model import BusinessEntity, Sender
from portal.values import clock
from portal.values.domains import PUBLIC, domain_of
from portal.values.emails import email_key
from portal.values.sealed import Vault

FIELDS = ("name", "address", "reply_to")
IN_A_NAME = '<>@"'
LONGEST_NAME = 64


def add(session: Session, entity: BusinessEntity, facts: dict, *, vault: Vault, by: Actor) -> Sender:
    """Add a sender to a business entity, with a key of its own; the first one is the default.

    `facts` has name, address and reply_to (empty: answers go to the address), parsed already.

    :raises SenderWrong: with the field that is wrong.
    """
    others = _of(session, entity.id)
    _refuse_unfit(facts, others)
    made = Sender(business_entity_id=entity.id, is_default=not any(one.is_default for one in others), **_written(facts))
    session.add(made)
    session.flush()
    record(session, "sender.added", made, {name: (None, value) for name, value in _shown(made).items() if value}, by=by)
    return make_key(session, made, vault=vault, by=by)


def change(session: Session, sender: Sender, facts: dict, *, vault: Vault, by: Actor) -> Sender:
    """Change a sender. At another domain its key counts for nothing, so there it gets a new one.

    :raises SenderWrong: with the field that is wrong.
    """
    others = [one for one in _of(session, sender.business_entity_id) if one.id != sender.id]
    _refuse_unfit(facts, others)
    before = _shown(sender)
    for name, value in _written(facts).items():
        setattr(sender, name, value)
    session.flush()
    if changes := audit.differences(before, _shown(sender)):
        record(session, "sender.changed", sender, changes, by=by)
    if sender.dkim_selector and sender.dkim_domain != domain_of(sender.address):
        forget_key(sender)
        make_key(session, sender, vault=vault, by=by)
    return sender


def make_default(session: Session, sender: Sender, *, by: Actor) -> None:
    """Let the mail of its business entity go out from this sender; what is queued already stays with the one before."""
    if sender.is_default:
        return
    before = next((one for one in _of(session, sender.business_entity_id) if one.is_default), None)
    if before is not None:
        before.is_default = False
        session.flush()
    sender.is_default = True
    session.flush()
    record(session, "sender.made_default", sender, {"default": (before.address if before else None, sender.address)}, by=by)


def remove(session: Session, sender: Sender, *, by: Actor) -> None:
    """Take a sender away, and destroy its keys; the messages it sent keep its name.

    :raises SenderInUse: when it is the default.
    """
    _of(session, sender.business_entity_id)
    if sender.is_default:
        raise SenderInUse
    sender.ended_at = clock.now()
    forget_key(sender)
    session.flush()
    record(session, "sender.removed", sender, {name: (value, None) for name, value in _shown(sender).items() if value}, by=by)


def _of(session: Session, entity_id: UUID) -> list[Sender]:
    """List the senders of a business entity as they are now, and keep others from changing them meanwhile."""
    session.scalar(select(BusinessEntity.id).where(BusinessEntity.id == entity_id).with_for_update())
    found = (
        select(Sender).options(joinedload(Sender.business_entity)).where(Sender.business_entity_id == entity_id, Sender.ended_at.is_(None))
    )
    return list(session.scalars(found.order_by(Sender.created_at), execution_options={"populate_existing": True}))


def _refuse_unfit(facts: dict, others: list[Sender]) -> None:
    name, address = facts["name"], facts["address"]
    if len(name) > LONGEST_NAME:
        raise SenderWrong(f"{len(name)} characters are too many for a name that readers see whole: {LONGEST_NAME} fit.", field="name")
    if any(sign in IN_A_NAME for sign in name):
        raise SenderWrong("Leave out @, quotation marks and angle brackets: such names look like another address.", field="name")
    domain = domain_of(address)
    if not domain:
        raise SenderWrong("Mail goes out from an address at a domain, as in billing@example.com.", field="address")
    if domain in PUBLIC:
        raise SenderWrong(
            f"Nobody but {domain} itself can sign mail from {domain}, so others refuse it. Write an address at a domain of your own.",
            field="address",
        )
    if any(email_key(one.address) == email_key(address) for one in others):
        raise SenderWrong("There is a sender with this address already.", field="address")


def _written(facts: dict) -> dict[str, str]:
    return {name: facts[name] or "" for name in FIELDS}


def _shown(sender: Sender) -> dict[str, str]:
    return {"sender_name": sender.name, "address": sender.address, "reply_to": sender.reply_to}
