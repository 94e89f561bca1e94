"""What a person shows besides, or instead of, a link or a password: codes of an app, passkeys, recovery codes."""

from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Digest, Id, Json, Line, Moment, Prose, foreign


class TotpFactor(Base):
    """An authenticator app of a person (RFC 6238); it counts once a code of it was shown."""

    __tablename__ = "totp_factor"

    id: Mapped[Id]
    user_id: Mapped[UUID] = foreign("user.id", index=False, unique=True)
    secret: Mapped[Prose]
    """Sealed with the installation's key."""
    confirmed_at: Mapped[Moment | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step whose code was taken last: no code is taken twice."""
    created_at: Mapped[Created]


class RecoveryCode(Base):
    """A code on paper for the day the phone is lost. Only its digest is kept; it works once."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    user_id: Mapped[UUID] = foreign("user.id")
    digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    created_at: Mapped[Created]
    used_at: Mapped[Moment | None]


class Passkey(Base):
    """A passkey of a person (W3C Web Authentication): a first factor by itself, or a second one."""

    __tablename__ = "passkey"

    id: Mapped[Id]
    user_id: Mapped[UUID] = foreign("user.id")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list] = mapped_column(Json, default=list)
    name: Mapped[Line]
    backed_up: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]
    used_at: Mapped[Moment | None]
