"""What a person has beside a link or a password, and what becomes of the rest when the last of it goes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from portal.domain import passwords
from portal.model import Passkey, RecoveryCode, TotpFactor, User


@dataclass(frozen=True, kw_only=True)
class Held:
    """The second factors of a person; recovery codes are a spare key to the others, not a factor by themselves."""

    totp: TotpFactor | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    def __bool__(self) -> bool:
        return self.totp is not None or bool(self.passkeys)


@dataclass(frozen=True)
class Removed:
    """What removing a factor left: whether it was the last, and whether a password too short to stand alone went with it."""

    last: bool
    password_gone: bool


def held(session: Session, user_id: UUID) -> Held:
    """Read a person's second factors."""
    return Held(
        totp=session.scalar(select(TotpFactor).where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None))),
        passkeys=tuple(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id))),
        codes_left=session.scalar(
            select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        ),
    )


def owed(session: Session, user_id: UUID) -> bool:
    """Tell whether a person who showed a link, a code or a password has a second factor to show."""
    totp = select(TotpFactor.id).where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None)).exists()
    passkey = select(Passkey.id).where(Passkey.user_id == user_id).exists()
    return bool(session.scalar(select(or_(totp, passkey))))


def after_removal(session: Session, user: User) -> Removed:
    """Once the last factor is gone, drop the recovery codes and a password that is too short to stand alone."""
    session.flush()
    if owed(session, user.id):
        return Removed(last=False, password_gone=False)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    short = passwords.needs_second_factor(user.password_hash)
    if short:
        user.password_hash = None
        session.flush()
    return Removed(last=True, password_gone=short)
