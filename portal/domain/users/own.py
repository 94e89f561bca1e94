"""What people change about themselves."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import audit, safety, sessions
from portal.domain.actors import Actor
from portal.model import User
from portal.values import clock

OWN = ("name", "locale", "time_zone")
DISPLAY = ("theme", "density", "keys")


def change_own(session: Session, user: User, facts: dict[str, object], *, by: Actor) -> User:
    """Change one's name, locale, time zone (None: the business entity's), theme, density and whether keys are on; only what is given."""
    before = _read(user)
    for field in OWN:
        if field in facts:
            setattr(user, field, facts[field])
    user.display = {**user.display, **{name: facts[name] for name in DISPLAY if name in facts}}
    session.flush()
    if changes := audit.differences(before, _read(user)):
        audit.record(session, "user.changed", by=by, subject=user, subject_name=user.shown_name, changes=changes)
    return user


def set_password(session: Session, user: User, password_hash: str, *, keep: UUID | None = None, quietly: bool = False, by: Actor) -> None:
    """Keep a new password, hashed before the transaction; every session but `keep` ends.

    The person is told by mail, unless `quietly`: as they take their place with the link of an invite.
    """
    had = user.password_hash is not None
    user.password_hash = password_hash
    user.password_changed_at = clock.now()
    session.flush()
    ended = sessions.end(session, user.id, keep=keep, why="password changed")
    action, act = ("user.password_changed", "password_changed") if had else ("user.password_set", "password_set")
    safety.record(session, user, action, facts={"sessions_ended": ended}, by=by)
    if not quietly:
        safety.tell(session, user, act, about="password", by=by)


def remove_password(session: Session, user: User, *, by: Actor) -> None:
    """Forget a person's password, if they have one: a link by email signs in."""
    if user.password_hash is None:
        return
    user.password_hash = None
    session.flush()
    safety.note(session, user, "user.password_removed", "password_removed", by=by)


def _read(user: User) -> dict[str, object]:
    return {field: getattr(user, field) for field in OWN} | {name: user.display.get(name) for name in DISPLAY}
