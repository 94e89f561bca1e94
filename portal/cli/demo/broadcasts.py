"""What Northwind wrote to many: one letter that went out, with what became of it, and one that is a draft."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import actors, broadcasts, communications, contacts, delivery, outbox, saved_views
from portal.domain.actors import Actor
from portal.domain.letters import Words
from portal.model import Broadcast, Contact, Customer, EmailMessage
from portal.values import clock
from portal.values.delivery import BOUNCED, DELIVERED, Report

EUROPE = ("Customers in Europe", "country=DE,FR,GB,SE")
ENTERPRISE = ("Enterprise", "attribute.segment=Enterprise")

SENT = Words(
    "Statements by day, from December on",
    "Any day can begin and end a statement, not only the month.",
    """Hello[[ {contact_name}]],

from the first of December on, a statement can begin and end on any day. For {customer_name} that means:

- **Any period**: choose two days, and read what moved between them
- **Proof on paper**: each statement carries a code that anybody can check
- **The day’s movements in one letter**, for those who want fewer

Nothing has to be done. The statements that come by the month go on as they are.

[Open the portal](portal)""",
)
DRAFT = Words(
    "An account manager of your own",
    "Whom to call, from January on.",
    """Hello[[ {contact_name}]],

from January on {customer_name} has one person here to call, for contracts, limits and whatever else comes up.

Their name and number will stand in your portal.

[Open the portal](portal)""",
)

# By customer ID and address: how many days ago they switched product news on, whether they confirmed the address by then.
_OPTED_IN = {
    ("NW-0057", "marta@gruenwald-joergensen.example"): (41, True),
    ("NW-0057", "ngozi@gruenwald-joergensen.example"): (38, True),
    ("NW-0057", "yui@gruenwald-joergensen.example"): (12, False),
    ("NW-0003", "compta@atelier-lumiere.example"): (26, True),
    ("NW-0004", "billing@obrien-telecom.example"): (19, True),
    ("NW-0014", "ekonomi@ember-foods.example"): (17, True),
    ("NW-0005", "accounts@meridian-biotech.example"): (33, True),
}
_FULL = "ekonomi@ember-foods.example"
_LEFT = "billing@obrien-telecom.example"
_SENT_DAYS = 9


def write(session: Session, *, by: Actor) -> None:
    """Let the customers' people opt in, send one broadcast to them with all that followed, and leave another as a draft."""
    start = clock.now()
    people = _opt_in(session, start)
    with clock.frozen(start - timedelta(days=_SENT_DAYS + 1)):
        europe, enterprise = (saved_views.save(session, name, query, shared=True, by=by) for name, query in (EUROPE, ENTERPRISE))
        sent = _draft(session, "Statements by day", europe.id, SENT, by=by)
    with clock.frozen(start - timedelta(days=_SENT_DAYS)):
        broadcasts.schedule(session, sent, None, number=sent.counts["will"], version=sent.version, by=by)
        while broadcasts.work_on(session, sent.id, by=actors.system("worker")):
            pass
    _hand_over(session, sent.id, start - timedelta(days=_SENT_DAYS))
    with clock.frozen(start - timedelta(days=_SENT_DAYS - 1)):
        _choose(session, people[_LEFT], False, how="one_click")
    with clock.frozen(start - timedelta(hours=5)):
        _draft(session, "Account managers", enterprise.id, DRAFT, by=by)


def _opt_in(session: Session, start: datetime) -> dict[str, Contact]:
    """Switch product news on for those who asked for it; the contacts by address."""
    people = {}
    for (external_id, address), (days, confirmed) in _OPTED_IN.items():
        theirs = (Customer.external_id == external_id, Contact.email_key == address, Contact.removed_at.is_(None))
        contact = session.scalars(select(Contact).join(Customer, Customer.id == Contact.customer_id).where(*theirs)).one()
        with clock.frozen(start - timedelta(days=days)):
            if confirmed:
                contacts.verify(session, contact, by=_holder(contact))
            _choose(session, contact, True, how="link")
        people[address] = contact
    for asked in session.scalars(select(EmailMessage).where(EmailMessage.letter == "contact_confirm", EmailMessage.state == "queued")):
        _taken(session, asked.id, asked.created_at + timedelta(seconds=2), "2.0.0 Ok: queued as 4NC00001")
    return people


def _choose(session: Session, contact: Contact, wanted: bool, *, how: str) -> None:
    communications.choose(session, contact, {"news": wanted}, how=how, by=_holder(contact))


def _holder(contact: Contact) -> Actor:
    return actors.link_holder(name=contact.name, customer_id=contact.customer_id, contact_id=contact.id)


def _draft(session: Session, name: str, view: UUID, words: Words, *, by: Actor) -> Broadcast:
    """Make a draft and count who will get it."""
    draft = broadcasts.Draft(name=name, view=str(view), topic="news", business_entity_id=None, words=words, time_zone="Europe/Berlin")
    made = broadcasts.create(session, draft, by=by)
    while (counted := broadcasts.look(session, made.id)) is not None:
        broadcasts.keep(session, counted)
        session.refresh(made)
    return made


def _hand_over(session: Session, broadcast_id: UUID, at: datetime) -> None:
    """Write down that a server took each message, and what was told of it afterwards."""
    of_it = select(EmailMessage.id, EmailMessage.to_address).where(EmailMessage.broadcast_id == broadcast_id).order_by(EmailMessage.id)
    for number, (message_id, address) in enumerate(session.execute(of_it).all(), 1):
        _taken(session, message_id, at + timedelta(seconds=number), f"2.0.0 Ok: queued as 4NW{number:05}")
        with clock.frozen(at + timedelta(minutes=1, seconds=number)):
            report = Report(provider_event_id=f"demo-{number}", kind=DELIVERED, at=clock.now(), own_id=message_id)
            if address == _FULL:
                full = "452 4.2.2 The mailbox is full"
                report = Report(provider_event_id=f"demo-{number}", kind=BOUNCED, at=clock.now(), own_id=message_id, words=full)
            delivery.take(session, report, provider="mailbox")


def _taken(session: Session, message_id: UUID, at: datetime, words: str) -> None:
    """Write down that a server took a message; nothing leaves this machine."""
    with clock.frozen(at):
        ready = outbox.claim(session, message_id, secret_key=b"", public_url="http://127.0.0.1")
        outbox.accepted(session, ready, words, signed=False)
