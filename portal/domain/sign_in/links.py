"""Links in emails: rows that hold the digest of a token, good for one purpose and one person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.domain import single_sign_on, users
from portal.domain.kept import Kept
from portal.domain.sign_in.asking import LIVES
from portal.domain.users import Place
from portal.model import Contact, EmailLink, EmailMessage, IdentityProvider, SignInRequest, User
from portal.values import clock, emails, ids, tokens

LIFETIMES = {
    "sign_in": timedelta(hours=24),
    "invite": users.INVITE_LIVES,
    "verify_address": timedelta(hours=72),
    "stop_email_change": timedelta(days=7),
    "not_me": timedelta(days=3),
    "statement": timedelta(days=30),
    "message": timedelta(days=365),
    "preferences": timedelta(days=365),
    "unsubscribe": None,
}
_ADD = Kept(insert(EmailLink.__table__))  # of every mail several, one after the other


@dataclass(frozen=True)
class Opened:
    """A link that somebody holds: `state` is live, used, replaced, expired, void (it leads nowhere any more), or bound: a
    `provider` is the only way to where it leads."""

    link: EmailLink
    state: str
    email: str
    request: SignInRequest | None = None
    places: tuple[Place, ...] = ()
    """Where a live sign-in link can lead to."""
    provider: IdentityProvider | None = None

    @property
    def at(self) -> datetime | None:
        """When it became what it is: used, replaced, expired."""
        used = self.link.used_at or (self.request.used_at if self.request is not None else None)
        return {"used": used, "replaced": self.link.revoked_at, "expired": self.link.expires_at}.get(self.state)

    @property
    def masked(self) -> str:
        return emails.mask_email(self.email)


def mint_link(
    session: Session,
    *,
    purpose: str,
    user_id: UUID | None = None,
    contact_id: UUID | None = None,
    message_id: UUID | None = None,
    request_id: UUID | None = None,
    target: str = "",
    topic: str = "",
) -> str:
    """Make a link and give its token, which is kept nowhere.

    A sign-in link that was asked for lives ten minutes and replaces those asked for before by the same address; one in any
    other mail lives a day.
    """
    token = tokens.new_token()
    now = clock.now()
    lives = LIVES if purpose == "sign_in" and request_id else LIFETIMES[purpose]
    if purpose == "sign_in" and request_id:
        request = session.get_one(SignInRequest, request_id)
        revoke_asked_for(session, request.email_key, keep=request_id)
    row = {
        "id": ids.new_id(),
        "digest": tokens.digest(token),
        "purpose": purpose,
        "user_id": user_id,
        "contact_id": contact_id,
        "message_id": message_id,
        "request_id": request_id,
        "target": target,
        "topic": topic,
        "created_at": now,
        "expires_at": now + lives if lives else None,
        "used_at": None,
        "revoked_at": None,
    }
    session.flush()
    _ADD.write(session.connection(), row)
    return token


def open_link(session: Session, token: str, purpose: str) -> Opened | None:
    """Look at a link without using it; None when there is none for this purpose."""
    link = session.scalar(select(EmailLink).where(EmailLink.digest == tokens.digest(token), EmailLink.purpose == purpose))
    if link is None:
        return None
    request = session.get(SignInRequest, link.request_id) if link.request_id else None
    contact = session.get(Contact, link.contact_id) if link.contact_id else None
    message = session.get(EmailMessage, link.message_id) if link.message_id else None
    user = session.get(User, link.user_id) if link.user_id else None
    if request is not None:
        email = request.email_key
    else:
        email = next(row for row in (message and message.to_address, contact and contact.email, user and user.email) if row)
    places = _places(session, link, request, email) if purpose == "sign_in" else []
    open_now = single_sign_on.permitted(session, email, places, method="link")
    state = _state(session, link, request, bool(places))
    if state == "live" and places and not open_now:
        return Opened(link, "bound", email, request, tuple(places), single_sign_on.provider_for(session, email, places))
    return Opened(link, state, email, request, tuple(open_now))


def _places(session: Session, link: EmailLink, request: SignInRequest | None, email: str) -> list[Place]:
    """List where a link can lead to: one in a mail to a contact is for that contact alone."""
    found = users.places(session, email)
    if request is None and link.contact_id is not None:
        return [place for place in found if place.contact_id == link.contact_id]
    return found


def _state(session: Session, link: EmailLink, request: SignInRequest | None, leads_on: bool) -> str:
    if link.used_at or (request is not None and request.used_at):
        return "used"
    if link.purpose == "invite" and link.user_id is not None and users.membership_of(session, link.user_id) is None:
        return "void"
    if link.revoked_at:
        return "replaced"
    if link.expires_at is not None and link.expires_at <= clock.now():
        return "expired"
    return "live" if leads_on or link.purpose != "sign_in" else "void"


def asked_here(opened: Opened, browser: str) -> bool:
    """Tell whether the browser with this cookie asked for the link; nobody asked for one that came in another mail."""
    if opened.request is None:
        return False
    name, _, token = browser.partition(".")
    return name == opened.request.id.hex and tokens.matches(opened.request.browser_digest, tokens.digest(token))


def spend(session: Session, opened: Opened, *, code_spent: bool = False) -> bool:
    """Use a link up, and the request behind it unless its code was spent already; False when somebody was faster."""
    now = clock.now()
    taken = session.execute(
        update(EmailLink)
        .where(
            EmailLink.id == opened.link.id,
            EmailLink.used_at.is_(None),
            EmailLink.revoked_at.is_(None),
            (EmailLink.expires_at.is_(None)) | (EmailLink.expires_at > now),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        return False
    if opened.request is None or code_spent:
        return True
    asked = session.execute(
        update(SignInRequest)
        .where(SignInRequest.id == opened.request.id, SignInRequest.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return asked.rowcount == 1


def revoke_asked_for(session: Session, email_key: str, *, keep: UUID | None = None) -> None:
    """End the links that were asked for by an address, but those of one request; links in other mails stay."""
    asked = select(SignInRequest.id).where(SignInRequest.email_key == email_key)
    statement = update(EmailLink).where(
        EmailLink.request_id.in_(asked),
        EmailLink.purpose == "sign_in",
        EmailLink.used_at.is_(None),
        EmailLink.revoked_at.is_(None),
    )
    if keep is not None:
        statement = statement.where(EmailLink.request_id != keep)
    session.execute(statement.values(revoked_at=clock.now()).execution_options(synchronize_session=False))
