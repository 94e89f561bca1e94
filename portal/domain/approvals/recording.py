"""The record of requests: who asked, who decided."""

from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.model import Wallet, WalletRequest


def record(session: Session, action: str, request: WalletRequest, wallet: Wallet, *, by: Actor, **facts: object) -> None:
    """Write what became of a request, with all that was asked."""
    known = {
        "act": request.act,
        "amount": request.amount,
        "currency": wallet.currency,
        "reason": request.reason,
        "expires_at": request.expires_at,
        "note": request.note,
        "customer_text": request.customer_text,
        "reference": request.reference,
        **facts,
    }
    audit.record(
        session,
        action,
        by=by,
        customer_id=request.customer_id,
        subject=request,
        subject_name=wallet.name or wallet.currency,
        facts={name: value for name, value in known.items() if value not in (None, "")},
    )
