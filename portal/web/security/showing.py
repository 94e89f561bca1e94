"""What the part "Security" of a person's page shows."""

from uuid import UUID

from flask import session as form_session
from sqlalchemy.orm import Session

from portal.domain import factors, users
from portal.model import User


def owned(db: Session, user_id: UUID) -> dict:
    """Gather what a person signs in with."""
    user: User = users.find(db, user_id)
    held = factors.held(db, user.id)
    return {
        "password_since": user.password_changed_at if user.password_hash else None,
        "has_password": user.password_hash is not None,
        "held": held,
        "few_codes": bool(held) and held.codes_left <= 3,
    }


def leave_codes(vault, codes: list[str]) -> None:
    """Hand fresh recovery codes to the next page, sealed in the browser's own cookie."""
    form_session["recovery_codes"] = vault.seal(" ".join(codes))
