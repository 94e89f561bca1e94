"""Telling a person by mail that what protects their sign-in has changed, with a link that says it was not them."""

from sqlalchemy.orm import Session

from portal.domain import messages
from portal.domain.actors import Actor
from portal.domain.letters.naming import from_where
from portal.domain.letters.phrases import say
from portal.domain.messages import NoSender
from portal.domain.safety import acts
from portal.domain.safety.acts import Words
from portal.domain.safety.recording import customers_of, record
from portal.model import AuditEvent, BusinessEntity, Customer, User
from portal.values import clock, ids

LETTER = "sign_in_changed"
WHY = say("You get this because it is about how you sign in. It cannot be switched off.")


def note(
    session: Session, user: User, action: str, act: str, *, facts: dict | None = None, detail: str = "", about: str = "", by: Actor
) -> AuditEvent:
    """Write a change into the record as `action`, and tell the person of it as `act`, one of `acts`."""
    event = record(session, user, action, facts=facts, by=by)
    tell(session, user, act, detail=detail, about=about, by=by)
    return event


def tell(session: Session, user: User, act: str, *, detail: str = "", about: str = "", by: Actor) -> None:
    """Queue a mail about an act of `acts`, as in "passkey_added", to the person's own address.

    `detail` is a name or number it mentions; `about` what the link "this was not me" takes back, as portal.domain.not_me
    reads it.
    """
    write(session, user, LETTER, acts.of(act, detail), act=act, about=about, by=by)


def write(session: Session, user: User, letter: str, words: Words, *, act: str, about: str = "", by: Actor) -> None:
    """Queue a letter in some words. Where nobody is set up to write as, none is written: what was done stands all the same."""
    customers = customers_of(session, user.id)
    customer = session.get(Customer, by.customer_id if by.customer_id in customers else customers[0]) if customers else None
    entity = session.get(BusinessEntity, customer.business_entity_id) if customer else None
    name = user.name
    try:
        messages.queue(
            session,
            letter,
            to=messages.Recipient(
                address=user.email,
                name=name,
                user_id=user.id,
                customer_id=customer.id if customer else None,
                locale=user.locale or (customer.locale if customer else None) or (entity.locale if entity else None) or "en",
                time_zone=user.time_zone or (customer.time_zone if customer else None) or (entity.time_zone if entity else None) or "UTC",
            ),
            facts={
                "name": name,
                "act": act,
                **words._asdict(),
                "at": clock.now().isoformat(),
                "from_where": from_where(by),
            },
            links={"not_me": {"purpose": "not_me", "topic": about}},
            why=WHY,
            key=f"{letter}:{ids.new_id()}",
            entity_id=entity.id if entity else None,
        )
    except NoSender:
        return
