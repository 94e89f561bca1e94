"""A sender's keys: the one in use, the one that waits for its record, the name of the one before."""

from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.senders.refusals import NothingToDrop
from portal.model import Sender
from portal.values import clock, dkim
from portal.values.domains import domain_of
from portal.values.sealed import Vault


def make_key(session: Session, sender: Sender, *, vault: Vault, by: Actor) -> Sender:
    """Make a key for a sender, its private half sealed.

    Where the record of the one in use is published, mail goes on being signed with it, and the new one waits until its own
    record is published; else the new one takes its place.
    """
    waits = sender.dns_published and sender.dkim_domain == domain_of(sender.address)
    before = sender.dkim_next_selector if waits else sender.dkim_selector
    made, selector = dkim.new_key(), dkim.new_selector()
    if waits:
        sender.dkim_next_selector, sender.dkim_next_public_key = selector, made.public
        sender.dkim_next_private_key = vault.seal(made.private)
    else:
        forget_key(sender)
        sender.dkim_domain, sender.dkim_selector, sender.dkim_public_key = domain_of(sender.address), selector, made.public
        sender.dkim_private_key, sender.dkim_made_at = vault.seal(made.private), clock.now()
    sender.dns_due_at = clock.now()
    session.flush()
    field = "dkim_next_selector" if waits else "dkim_selector"
    record(session, "sender.key_made", sender, {field: (before or None, selector)}, by=by)
    return sender


def drop_next_key(session: Session, sender: Sender, *, by: Actor) -> None:
    """Give up the key that waits for its record.

    :raises NothingToDrop: when none does.
    """
    if not sender.dkim_next_selector:
        raise NothingToDrop
    gone = sender.dkim_next_selector
    _clear_next(sender)
    session.flush()
    record(session, "sender.key_dropped", sender, {"dkim_next_selector": (gone, None)}, by=by)


def take_next_key(session: Session, sender: Sender, *, by: Actor) -> None:
    """Sign with the key that waited, now that its record is published; the one before is forgotten, all but its name."""
    before = sender.dkim_selector
    sender.dkim_former_selector, sender.dkim_rotated_at = before, clock.now()
    sender.dkim_selector, sender.dkim_public_key = sender.dkim_next_selector, sender.dkim_next_public_key
    sender.dkim_private_key, sender.dkim_made_at = sender.dkim_next_private_key, clock.now()
    _clear_next(sender)
    record(session, "sender.key_changed", sender, {"dkim_selector": (before, sender.dkim_selector)}, by=by)


def forget_key(sender: Sender) -> None:
    """Forget all keys of a sender, and what was found of their records: its mail is not signed any more."""
    _clear_next(sender)
    sender.dkim_domain = sender.dkim_selector = sender.dkim_public_key = sender.dkim_former_selector = ""
    sender.dkim_private_key = sender.dkim_made_at = sender.dkim_rotated_at = None
    sender.dns_state, sender.dns_published, sender.dns_report = "unknown", False, []
    sender.dns_checked_at = sender.dns_due_at = None


def record(session: Session, action: str, sender: Sender, changes: dict, *, by: Actor, facts: dict | None = None) -> None:
    """Write down what was done to a sender."""
    audit.record(session, action, by=by, subject=sender, subject_name=sender.address, changes=changes, facts=facts)


def _clear_next(sender: Sender) -> None:
    sender.dkim_next_selector = sender.dkim_next_public_key = ""
    sender.dkim_next_private_key = None
