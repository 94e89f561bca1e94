"""What one contact is sent that two become: nobody misses what either got, and nobody is sent marketing they did not ask for."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.actors import Actor
from portal.domain.communications.choosing import finish
from portal.domain.communications.judging import Standing
from portal.domain.communications.writing import way_of, write
from portal.domain.topics import MARKETING, Topic
from portal.model import Contact, Customer


@dataclass(frozen=True)
class Joined:
    """One topic of a merge: what each of the two is sent, and what the one will be."""

    topic: Topic
    kept: bool
    gone: bool
    after: bool


def joined(session: Session, keep: Contact, gone: Contact, *, address_of: Contact) -> list[Joined]:
    """Say what the one will be sent: of billing what either was, of marketing what was asked for at the address that stays."""
    standing = Standing.of(session, session.get_one(Customer, keep.customer_id))
    made = []
    for topic in topics.choices(session).values():
        one, other = standing.wanted(keep, topic), standing.wanted(gone, topic)
        after = standing.wanted(address_of, topic) if topic.kind == MARKETING else one or other
        made.append(Joined(topic, one, other, after))
    return made


def join(session: Session, keep: Contact, gone: Contact, *, address_of: Contact, by: Actor) -> list[Joined]:
    """Choose for the one that stays what `joined` says, each change with its receipt; give what changed."""
    differing = [one for one in joined(session, keep, gone, address_of=address_of) if one.after != one.kept]
    words = f"kept when {gone.name} ({gone.email}) became a part of this contact"
    made = []
    for one in differing:
        wording = f"{one.topic.label} {'on' if one.after else 'off'}: {words}"
        made.append(write(session, keep, one.topic, one.after, how=way_of(by), wording=wording, by=by))
    finish(session, session.get_one(Customer, keep.customer_id), made, {}, how=way_of(by), by=by)
    return differing
