"""OpenID providers: of the business for its operators, of a customer for its people."""

from uuid import UUID

from sqlalchemy import String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Ascii, Base, Created, Id, Line, Moment, Prose, foreign


class IdentityProvider(Base):
    """An OpenID provider whose word is taken for the domains it is set up for."""

    __tablename__ = "identity_provider"

    id: Mapped[Id]
    customer_id: Mapped[UUID | None] = foreign("customer.id")
    """Whose people it knows; none for operators."""
    name: Mapped[Line]
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[Line]
    client_secret: Mapped[Prose]
    """Sealed with the installation's key; empty for a public client."""
    enabled: Mapped[bool] = mapped_column(default=True)
    enforced: Mapped[bool] = mapped_column(default=False, server_default=false())
    """While it is on, the addresses of its domains enter its customer's portal through it alone."""
    created_at: Mapped[Created]

    domains: Mapped[list["ProviderDomain"]] = relationship(lazy="raise", order_by="ProviderDomain.domain", cascade="all, delete-orphan")


class ProviderDomain(Base):
    """A domain of email addresses that one provider vouches for."""

    __tablename__ = "provider_domain"

    domain: Mapped[str] = mapped_column(Ascii(253), primary_key=True)
    provider_id: Mapped[UUID] = foreign("identity_provider.id")


class ProviderIdentity(Base):
    """Who a provider's subject is here (OpenID Connect Core, section 5.7: issuer and subject together)."""

    __tablename__ = "provider_identity"

    id: Mapped[Id]
    provider_id: Mapped[UUID] = foreign("identity_provider.id")
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(Ascii(255))
    user_id: Mapped[UUID] = foreign("user.id")
    created_at: Mapped[Created]
    used_at: Mapped[Moment | None]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)
