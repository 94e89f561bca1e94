"""Telling the owners that somebody came into the console past the provider that is the only way in for their role."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import messages
from portal.domain.actors import Actor
from portal.domain.letters.naming import from_where
from portal.domain.letters.phrases import say
from portal.domain.messages import NoSender
from portal.model import Membership, User
from portal.values import clock

BREAK_GLASS = "break_glass"

# Translators: at the foot of break_glass
_WHY = say("You get this because you are an owner of the console. It cannot be switched off.")
# Translators: break_glass, {how}: the way past single sign-on that was taken; and {because}: why there is one
_WAYS = {
    "password": (
        say("with a password and a second factor"),
        say("An owner who has both gets in without the provider, so that nobody is shut out when it fails."),
    ),
    "invite": (
        say("with an invite that was made at the command line"),
        say("Whoever may run commands on the server can make such an invite, so that nobody is shut out when the provider fails."),
    ),
}


def tell_owners(session: Session, user: User, *, method: str, role: str, provider: str, key: UUID, by: Actor) -> int:
    """Queue a letter to every owner but the person, who came in by "password" or "invite"; tell how many were written.

    `role` is the name of the person's role, `provider` that of the provider that was passed by, `key` of the session that
    began. Where nobody is set up to write as, none is written: the sign-in stands all the same, and the record has it.
    """
    how, because = _WAYS[method]
    facts = {
        "person": user.name,
        "address": user.email,
        "role": say(role),
        "provider": provider,
        "how": how,
        "because": because,
        "at": clock.now().isoformat(),
        "from_where": from_where(by),
    }
    written = 0
    for owner in _owners(session, but=user.id):
        to = messages.Recipient(
            address=owner.email, name=owner.name, user_id=owner.id, locale=owner.locale or "en", time_zone=owner.time_zone or "UTC"
        )
        try:
            messages.queue(
                session,
                BREAK_GLASS,
                to=to,
                facts={"name": owner.name, **facts},
                links={"operator": {"purpose": "plain", "target": f"/console/settings/operators/{user.id}"}},
                why=_WHY,
                key=f"{BREAK_GLASS}:{key}:{owner.id}",
            )
        except NoSender:
            return written
        written += 1
    return written


def _owners(session: Session, *, but: UUID) -> list[User]:
    held = select(Membership.user_id).where(Membership.role == "owner", Membership.ended_at.is_(None))
    wanted = select(User).where(User.id.in_(held), User.id != but, User.deactivated_at.is_(None)).order_by(User.created_at, User.id)
    return list(session.scalars(wanted))
