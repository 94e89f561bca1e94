"""What signs people in and keeps them signed in: emailed links and codes, browser sessions, counted failures."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Base, Created, Digest, Id, Json, Line, Moment, Prose, Word, foreign, partial_index
from portal.model.user import User

PURPOSES = (*("sign_in", "invite", "preferences", "unsubscribe", "verify_address", "statement", "message", "stop_email_change", "not_me"),)


class EmailLink(Base):
    """A link in an email. Only the digest of its token is kept; it is good for one purpose and one person."""

    __tablename__ = "email_link"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    purpose: Mapped[Word]
    user_id: Mapped[UUID | None] = foreign("user.id")
    contact_id: Mapped[UUID | None] = foreign("contact.id")
    message_id: Mapped[UUID | None] = foreign("email_message.id", index=False)
    request_id: Mapped[UUID | None] = foreign("sign_in_request.id")
    target: Mapped[Prose] = mapped_column(default="")
    """The path the link leads on to."""
    topic: Mapped[Word] = mapped_column(default="")
    created_at: Mapped[Created]
    expires_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint("purpose IN (" + ", ".join(f"'{purpose}'" for purpose in PURPOSES) + ")", name="purpose"),
        partial_index("ix_email_link_expiry", "expires_at", where="expires_at IS NOT NULL"),
    )


class SignInRequest(Base):
    """That somebody asked to be signed in by email: which address, from which browser, and the code that was sent."""

    __tablename__ = "sign_in_request"

    id: Mapped[Id]
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    browser_digest: Mapped[bytes] = mapped_column(Digest)
    """Of the cookie of the browser that asked; the code and the quick way in work there only."""
    code_salt: Mapped[bytes | None] = mapped_column(Digest)
    code_digest: Mapped[bytes | None] = mapped_column(Digest)
    code_tries: Mapped[int] = mapped_column(default=0)
    target: Mapped[Prose] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[Created]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class PendingSignIn(Base):
    """That a person showed a first factor and owes a second; the cookie holds a token of which this is the digest."""

    __tablename__ = "pending_sign_in"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    user_id: Mapped[UUID] = foreign("user.id", index=False)
    method: Mapped[Word]
    """What the first factor was."""
    target: Mapped[Prose] = mapped_column(default="")
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    """Of a passkey that is asked for."""
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class BrowserSession(Base):
    """One browser that is signed in. Ended by setting `ended_at`; the cookie holds a token of which this is the digest."""

    __tablename__ = "browser_session"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    user_id: Mapped[UUID] = foreign("user.id")
    side: Mapped[Word]
    """console, portal, or view: an operator who looks at the portal as one of a customer's people."""
    contact_id: Mapped[UUID | None] = foreign("contact.id", index=False)
    """In the portal: as whom, and so at which customer."""
    viewing_customer_id: Mapped[UUID | None] = foreign("customer.id", index=False)
    view_reason: Mapped[Line] = mapped_column(default="")
    method: Mapped[Word]
    """link, code, password, invite, oidc, passkey, portal_session, view_as."""
    device: Mapped[Line] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    proved_at: Mapped[Moment]
    """When who they are was last shown; sensitive acts want it fresh."""
    second_factor: Mapped[Word] = mapped_column(default="", server_default=text("''"))
    """What was shown besides: totp, passkey, recovery; empty for nothing."""
    parent_id: Mapped[UUID | None] = foreign("browser_session.id", index=False)
    """Of a view as a customer: the operator's own session, which it returns to."""
    created_at: Mapped[Created]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[Word] = mapped_column(default="")

    user: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("side IN ('console', 'portal', 'view')", name="side"),
        CheckConstraint("side <> 'console' OR contact_id IS NULL", name="console_has_no_contact"),
        partial_index("ix_browser_session_view", "viewing_customer_id", "created_at", where="viewing_customer_id IS NOT NULL"),
    )


class Attempt(Base):
    """A counted failure or request, by what it is counted: throttles that are right over many processes."""

    __tablename__ = "attempt"

    id: Mapped[Id]
    kind: Mapped[Word]
    counted_by: Mapped[Line]
    """As in `email:<key>` or `net:<prefix>`, hashed."""
    at: Mapped[Created]
    facts: Mapped[dict] = mapped_column(Json, default=dict)

    __table_args__ = (Index("ix_attempt_counted", "kind", "counted_by", "at"),)
