"""Putting an address on the list, and releasing it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit, communications
from portal.domain.actors import Actor
from portal.domain.communications import Succession
from portal.domain.errors import Conflict
from portal.domain.letters.phrases import Phrase, say
from portal.domain.suppressions.scopes import UnknownScope, offered_scopes, scope_words
from portal.model import Contact, Suppression
from portal.values import clock, emails, text

REASONS: Mapping[str, str] = {
    "bounced": "Mail comes back",
    "complained": "Marked as spam",
    "asked": "They asked for it",
    "operator": "Decided here",
}
_BOUNCE_STATES = {"bounced": "hard", "complained": "complained"}


class SuppressedAlready(Conflict):
    """The address is on the list for this already."""

    sentence = "The address is on the list for this already."


class NothingToRelease(Conflict):
    """Somebody released it a moment before."""

    sentence = "It was released already."


@dataclass(frozen=True)
class Added:
    """A row of the list that was just made, and who gets what by it that nobody else would have got."""

    suppression: Suppression
    successions: tuple[Succession, ...]


def add(session: Session, address: str, *, scope: str, reason: str, note: str = "", by: Actor) -> Added:
    """Put an address on the list by hand.

    :raises UnknownScope: for a topic that is not offered, or none at all.
    :raises SuppressedAlready: when it stands there for this scope.
    """
    if scope not in offered_scopes(session):
        raise UnknownScope(field="scope")
    made, successions = _put(session, address, scope=scope, reason=reason, note=note, by=by)
    if made is None:
        raise SuppressedAlready(field="address")
    return Added(made, successions)


def put(session: Session, address: str, *, scope: str, reason: str, note: str = "", by: Actor) -> Suppression | None:
    """Put an address on the list unless it stands there for this scope; None then, and where a dead one displaces a complaint's row.

    A dead or complaining address is shown so at every contact who has it. What of billing only such a contact got is handed
    over, or recorded where nobody is left to.
    """
    return _put(session, address, scope=scope, reason=reason, note=note, by=by)[0]


def _put(
    session: Session, address: str, *, scope: str, reason: str, note: str, by: Actor
) -> tuple[Suppression | None, tuple[Succession, ...]]:
    key = emails.email_key(address)
    before = communications.readers_at(session, key)
    made = _write(session, key, scope=scope, reason=reason, note=note, by=by)
    return made, communications.succeed(session, before, _because(key, reason), by=by)


def _because(email_key: str, reason: str) -> Phrase:
    match reason:
        case "bounced":
            return say("Mail to {address} comes back.", address=email_key)
        case "complained":
            return say("Mail from us was marked as spam at {address}.", address=email_key)
    return communications.not_written_to(email_key)


def _write(session: Session, key: str, *, scope: str, reason: str, note: str, by: Actor) -> Suppression | None:
    state = _BOUNCE_STATES.get(reason)
    if state is not None:
        session.execute(
            update(Contact)
            .where(Contact.email_key == key, Contact.removed_at.is_(None), Contact.bounce_state.not_in(("complained", state)))
            .values(bounce_state=state, bounced_at=clock.now())
        )
    made = Suppression(
        email_key=key,
        scope=scope,
        reason=reason,
        note=text.clean_line(note)[:255],
        actor_user_id=by.user_id,
        actor_name=by.name[:255],
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return _worsened(session, key, scope, reason, note)
    words = scope_words(session, scope)
    _record(session, "suppression.added", made, changes={"scope": (None, words), "reason": (None, REASONS[reason])}, by=by)
    return made


def release(session: Session, suppression: Suppression, *, note: str = "", by: Actor) -> None:
    """Let an address be written to again; a contact whose mail came back there has to confirm it anew.

    :raises NothingToRelease: when somebody did so a moment before.
    """
    session.refresh(suppression, with_for_update=True)
    if suppression.released_at is not None:
        raise NothingToRelease
    suppression.released_at, suppression.released_by = clock.now(), by.name[:255]
    suppression.release_note = text.clean_line(note)[:255]
    session.flush()
    if suppression.reason in _BOUNCE_STATES:
        revive(session, suppression.email_key)
    _record(session, "suppression.released", suppression, changes={"reason": (REASONS[suppression.reason], None)}, note=note, by=by)


def revive(session: Session, email_key: str) -> None:
    """Forget at every contact that mail came back from an address: whether it lives is not known, so it is unconfirmed."""
    session.execute(
        update(Contact)
        .where(Contact.email_key == email_key, Contact.removed_at.is_(None), Contact.bounce_state != "none")
        .values(bounce_state="none", bounced_at=None, verified_at=None)
    )


def _worsened(session: Session, key: str, scope: str, reason: str, note: str) -> None:
    """Where an address of the list turns out dead, its row says so: that reaches further than a wish."""
    if reason == "bounced":
        session.execute(
            update(Suppression)
            .where(
                Suppression.email_key == key, Suppression.scope == scope, Suppression.released_at.is_(None), Suppression.reason != reason
            )
            .values(reason=reason, note=text.clean_line(note)[:255])
        )


def _record(session: Session, action: str, suppression: Suppression, *, changes: dict, note: str = "", by: Actor) -> None:
    """Write the act into the record of every customer with a contact of this address, or of none."""
    customers = session.scalars(
        select(Contact.customer_id).where(Contact.email_key == suppression.email_key, Contact.removed_at.is_(None)).distinct()
    ).all()
    for customer_id in customers or [None]:
        audit.record(
            session,
            action,
            by=by,
            customer_id=customer_id,
            subject=suppression,
            subject_name=suppression.email_key,
            changes=changes,
            facts={"reply": suppression.note} if by.kind == "system" and suppression.note else {"note": note or suppression.note},
        )
