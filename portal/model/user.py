"""The people who can sign in, and the roles of those who are operators."""

from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Ascii, Base, Created, Id, Json, Line, Moment, Word, foreign, partial_index

OPERATOR_ROLES = ("owner", "manager", "finance", "support", "viewer")


class User(Base):
    """A person who can sign in. One person, one address; several memberships.

    What a person may do at a customer is the portal role of the contact there (`Contact.user_id`); operator roles are
    `Membership` rows.
    """

    __tablename__ = "user"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(Ascii(254), unique=True)
    name: Mapped[Line] = mapped_column(default="")
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[Moment | None]
    locale: Mapped[Word | None]
    time_zone: Mapped[str | None]
    display: Mapped[dict] = mapped_column(Json, default=dict)
    """Choices of this person: theme, density, keys, columns."""
    deactivated_at: Mapped[Moment | None]
    created_at: Mapped[Created]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", lazy="raise")

    @property
    def shown_name(self) -> str:
        return self.name or self.email


class OperatorRole(Base):
    """A role that the installation made for itself: a name and the permission words it holds."""

    __tablename__ = "operator_role"

    key: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Line]
    permissions: Mapped[list] = mapped_column(Json, default=list)
    created_at: Mapped[Created]
    ended_at: Mapped[Moment | None]


class EmailChange(Base):
    """That a person asked for another address: it counts once the new one is verified, unless the old one stops it."""

    __tablename__ = "email_change"

    id: Mapped[Id]
    user_id: Mapped[UUID] = foreign("user.id")
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    state: Mapped[Word] = mapped_column(default="waiting")
    requested_at: Mapped[Created]
    expires_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'stopped')", name="state"),
        partial_index("uq_email_change_waiting", "user_id", where="state = 'waiting'", unique=True),
    )


class Membership(Base):
    """That a user is an operator in a role, at all business entities or at one."""

    __tablename__ = "membership"

    id: Mapped[Id]
    user_id: Mapped[UUID] = foreign("user.id", index=False)
    role: Mapped[Word]
    business_entity_id: Mapped[UUID | None] = foreign("business_entity.id", index=False)
    created_at: Mapped[Created]
    ended_at: Mapped[Moment | None]

    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise")

    __table_args__ = (
        partial_index("uq_membership_everywhere", "user_id", where="ended_at IS NULL AND business_entity_id IS NULL", unique=True),
        partial_index("uq_membership_entity", "user_id", "business_entity_id", where="ended_at IS NULL", unique=True),
        CheckConstraint("length(role) > 0", name="role"),
    )
