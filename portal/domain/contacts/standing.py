"""What became known of a contact's address while it was no contact, or had another."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.model import Contact, Suppression

_STATES = {"bounced": "hard", "complained": "complained"}


def as_listed(session: Session, contact: Contact, *, since: datetime) -> None:
    """Bring a contact's bounce state in line with the list of those not written to, as far as that was changed `since`."""
    rows = session.execute(
        select(Suppression.reason, Suppression.created_at, Suppression.released_at)
        .where(Suppression.email_key == contact.email_key, Suppression.reason.in_(_STATES))
        .order_by(Suppression.created_at)
    ).all()
    in_force = [row for row in rows if row.released_at is None]
    if in_force:
        if contact.bounce_state not in _STATES.values():
            contact.bounce_state, contact.bounced_at = _STATES[in_force[-1].reason], in_force[-1].created_at
    elif contact.bounce_state in _STATES.values() and any(row.released_at >= since for row in rows):
        contact.bounce_state, contact.bounced_at, contact.verified_at = "none", None, None
    session.flush()
