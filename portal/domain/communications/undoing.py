"""Taking back what was chosen a moment ago, all of it at once."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.communications.choosing import undo
from portal.domain.errors import NotFound
from portal.model import Contact, PreferenceReceipt


def undo_all(session: Session, choices: Iterable[tuple[Contact, UUID]], *, by: Actor) -> list[PreferenceReceipt]:
    """Undo several choices as one act, each by its contact and receipt.

    What was switched off comes back first: so no topic is without a reader in between.

    :raises NotFound, NewerChoice, LastRecipient: see `undo`; then none of them is undone, as nothing is committed.
    """
    found = [(contact, session.get(PreferenceReceipt, receipt_id)) for contact, receipt_id in choices]
    if any(receipt is None for _, receipt in found):
        raise NotFound
    found.sort(key=lambda pair: not pair[1].before)
    return [made for contact, receipt in found for made in undo(session, contact, receipt.id, by=by)]
