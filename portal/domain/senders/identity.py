"""Who a message is written as. The function that decides it is the function that says why.

No record has to be published for mail to go out: nothing is held back. A signature whose record is missing is worth no
more than none (RFC 6376, 6.1), so without a record mail is not signed; and where another sender's record is published,
mail goes out from that one, because mail that is signed arrives.
"""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.model import BusinessEntity, Sender
from portal.values.domains import domain_of


@dataclass(frozen=True)
class Signing:
    """What a message is signed with; the private key is sealed."""

    domain: str
    selector: str
    sealed_key: str


@dataclass(frozen=True)
class Identity:
    """Who a message is written as: `signing` is None where it goes out unsigned; `why` says it in words.

    `note` is what a message keeps of it: in whose place it was written, and why it was not signed; "" for the ordinary.
    `kind` is "signed", "unsigned" (no key was made), "waiting" (its record is not published) or "stand-in" (another sender's
    address carries it).
    """

    name: str
    address: str
    reply_to: str
    signing: Signing | None
    kind: str
    why: str
    note: str = ""


def written_as(session: Session, sender: Sender) -> Identity:
    """Decide who the mail of a sender is written as now; a removed one's goes out from its business entity's default."""
    removed = ""
    if sender.ended_at is not None:
        gone, sender = sender, _default_of(session, sender)
        removed = f"In place of {gone.address}, because that sender was removed. " if gone.id != sender.id else ""
    name, address, reply_to = sender.name, sender.address, sender.reply_to
    if not sender.dkim_private_key:
        why = f"Mail goes out from {address}, and Portal does not sign it. Unless your mail server does, more of it ends as spam."
        return Identity(name, address, reply_to, None, "unsigned", why, f"{removed}Not signed, because Portal has no key for it.")
    if _vouched(sender):
        why = f"Mail goes out from {address}, signed for {sender.dkim_domain}."
        return Identity(name, address, reply_to, _signing(sender), "signed", why, removed.rstrip())
    other = _stand_in(session, sender)
    if other is None:
        why = f"Until the record of its key is published, mail goes out from {address} unsigned. Nothing is held back."
        note = f"{removed}Not signed, because the record of its key was not published."
        return Identity(name, address, reply_to, None, "waiting", why, note)
    answers = reply_to or address
    why = (
        f"Until the record of its key is published, its mail goes out from {other.address}, signed, under the name {name}. "
        f"Answers go to {answers}."
    )
    note = f"{removed}In place of {address}, because the record of its key was not published."
    return Identity(name, other.address, answers, _signing(other), "stand-in", why, note)


def _vouched(sender: Sender) -> bool:
    """Tell whether receivers find the key of a sender, at the very domain that its address has (RFC 7489, 3.1.1)."""
    return bool(sender.dns_published and sender.dkim_private_key) and sender.dkim_domain == domain_of(sender.address)


def _signing(sender: Sender) -> Signing:
    return Signing(sender.dkim_domain, sender.dkim_selector, sender.dkim_private_key or "")


def _default_of(session: Session, sender: Sender) -> Sender:
    found = session.scalar(select(Sender).where(Sender.business_entity_id == sender.business_entity_id, Sender.is_default))
    return found if found is not None else sender


def _stand_in(session: Session, sender: Sender) -> Sender | None:
    """Find a sender that can vouch: of the same business entity, else the default one of the default business entity."""
    near = Sender.business_entity_id == sender.business_entity_id
    found = session.scalars(
        select(Sender)
        .join(Sender.business_entity)
        .options(joinedload(Sender.business_entity))
        .where(Sender.dns_published, Sender.ended_at.is_(None), Sender.id != sender.id)
        .where(or_(near, and_(Sender.is_default, BusinessEntity.is_default)))
        .order_by(near.desc(), Sender.is_default.desc(), Sender.created_at, Sender.id)
    )
    return next((one for one in found if _vouched(one)), None)
