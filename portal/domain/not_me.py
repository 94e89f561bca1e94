"""“This was not me”: the link in a mail about one's own sign-in. It ends every session, and takes back what the mail was about.

Whoever reads the address's mail could sign in before a first second factor was set up, so for the three days that the link
lives they can take that one back. What has been set up before the mail's own act is not touched.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain import safety, sessions
from portal.domain.actors import Actor
from portal.domain.factors.held import after_removal
from portal.domain.links import LinkEnded, LinkUnknown
from portal.domain.sign_in.links import Opened, revoke_asked_for, spend
from portal.model import EmailLink, EmailMessage, Passkey, ProviderIdentity, RecoveryCode, TotpFactor, User
from portal.values import clock, emails, tokens

PURPOSE = "not_me"


@dataclass(frozen=True)
class Held:
    """A live link, the person, and the message it came in."""

    link: EmailLink
    user: User
    message: EmailMessage
    undone: str = ""
    """What was taken back, once it was: password, totp, passkey, codes, tie; empty for nothing."""

    @property
    def masked(self) -> str:
        return emails.mask_email(self.user.email)

    def actor(self, **where: str) -> Actor:
        """Make the actor who holds this link."""
        return Actor(kind="link", origin="link", name=self.user.shown_name, user_id=self.user.id, **where)


def find(session: Session, token: str) -> Held:
    """Find the live link of a token; looking changes nothing.

    :raises LinkUnknown: when there is none. :raises LinkEnded: when it was used, has run out, or went to an address that the
    person has given up.
    """
    link = session.scalar(select(EmailLink).where(EmailLink.digest == tokens.digest(token), EmailLink.purpose == PURPOSE))
    if link is None:
        raise LinkUnknown
    user, message = session.get_one(User, link.user_id), session.get_one(EmailMessage, link.message_id)
    if link.used_at:
        raise LinkEnded("It was used already: your sessions have ended. Sign in to look at what you sign in with.")
    moved = message.to_key != user.email_key
    if link.revoked_at or link.expires_at <= clock.now() or user.deactivated_at or moved:
        raise LinkEnded("It has run out, or the address that it was sent to is not yours any more. Sign in to see what has changed.")
    return Held(link, user, message)


def stop(session: Session, token: str, *, by: Actor) -> Held:
    """End every session of the person, take back what the mail was about, and end the links that sign them in.

    :raises LinkUnknown, LinkEnded: see there.
    """
    held = find(session, token)
    session.refresh(held.user, with_for_update=True)
    if not spend(session, Opened(held.link, "live", held.user.email)):
        raise LinkEnded("It was used already: your sessions have ended.")
    undone = _take_back(session, held)
    revoke_asked_for(session, held.user.email_key)
    ended = sessions.end(session, held.user.id, why="not me")
    facts = {"sessions_ended": ended, "about": held.message.facts.get("act", "")} | ({"taken_back": undone} if undone else {})
    safety.record(session, held.user, "user.disowned", facts=facts, by=by)
    return replace(held, undone=undone)


def _take_back(session: Session, held: Held) -> str:
    """Undo what the link is about, where it still is as the mail said; give a word for what went."""
    kind, _, name = held.link.topic.partition(":")
    user, link = held.user, held.link
    if kind == "password":
        if user.password_hash is None or user.password_changed_at is None or user.password_changed_at > link.created_at:
            return ""
        user.password_hash = None
        session.flush()
        return kind
    if kind == "codes":
        fresh = delete(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.created_at <= link.created_at)
        return kind if session.execute(fresh).rowcount else ""
    models = {"totp": TotpFactor, "passkey": Passkey, "tie": ProviderIdentity}
    if (model := models.get(kind)) is None:
        return ""
    gone = session.execute(delete(model).where(model.id == UUID(hex=name), model.user_id == user.id)).rowcount
    if gone and model is not ProviderIdentity:
        after_removal(session, user)
    return kind if gone else ""
