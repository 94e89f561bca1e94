"""Recovery codes: ten on paper for the day the phone is lost, each good once. Only keyed digests of them are kept."""

import secrets
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.domain import safety
from portal.domain.actors import Actor
from portal.model import RecoveryCode, User
from portal.values import clock
from portal.values.sealed import Vault

HOW_MANY = 10
LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # none that are taken for another on paper
LENGTH, GROUP = 12, 4
MISREAD = str.maketrans("", "", "-–— .")


def make_codes(session: Session, user: User, *, vault: Vault, by: Actor) -> list[str]:
    """Make ten new codes in place of those there were, and give them: the only time they are known."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(user_id=user.id, digest=vault.digests(code, salt=user.id.bytes)[0]) for code in codes)
    session.flush()
    safety.note(session, user, "recovery.made", "codes_made", facts={"codes": HOW_MANY}, about="codes", by=by)
    return ["-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in codes]


def left(session: Session, user_id: UUID) -> int:
    """Count the codes that were not used yet."""
    return session.scalar(
        select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    )


def use_recovery_code(session: Session, user: User, code: str, *, vault: Vault, by: Actor) -> bool:
    """Use a code up; of many tries with it at once one succeeds."""
    plain = code.strip().lower().translate(MISREAD)
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest.in_(vault.digests(plain, salt=user.id.bytes)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:
        return False
    remaining = left(session, user.id)
    safety.note(session, user, "recovery.used", "code_used", facts={"left": remaining}, detail=str(remaining), by=by)
    return True
