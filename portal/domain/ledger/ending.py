"""Taking back what is left of one grant: because it was revoked, or because its day is over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ledger import chain, grants, posting, rows, statements
from portal.domain.ledger.posting import Posting
from portal.domain.ledger.reasons import PROMOTIONAL, REASONS
from portal.domain.ledger.refusals import GrantEmpty
from portal.model import CreditGrant, WalletEntry
from portal.values import clock

EXPIRY_SCOPE = "expiry"


def revoke(
    session: Session,
    wallet_id: UUID,
    grant_id: UUID,
    *,
    key_scope: str,
    key: str,
    note: str = "",
    customer_text: str = "",
    approved_by: Actor | None = None,
    by: Actor,
) -> Posting:
    """Take back what is left of a grant of a wallet; a gift takes its expense back, paid credit is breakage.

    :raises GrantEmpty: when nothing is left; NotFound: when the wallet has no such grant; and what `post` refuses.
    """
    texts = {"note": note, "customer_text": customer_text}
    asked = chain.request_digest(act="revocation", wallet_id=wallet_id, grant_id=grant_id, **texts)

    def work() -> WalletEntry:
        posting.hold(session, wallet_id)
        grant = _grant(session, grant_id)
        if grant is None or grant.wallet_id != wallet_id:
            raise NotFound
        if not grant.remaining:
            raise GrantEmpty
        act = rows.Act(
            wallet_id=wallet_id,
            amount=-grant.remaining,
            reason="revocation",
            account=REASONS["goodwill" if grant.kind == PROMOTIONAL else "revocation"].account,
            key_scope=key_scope,
            key=key,
            approved_by=approved_by,
            asked=asked,
            by=by,
            **texts,
        )
        entry = posting.write(session, act, grants.from_one(grant_id, grant.remaining, "revoked"))
        session.connection().execute(statements.MARK_REVOKED, {"grant_id": grant_id, "at": clock.now()})
        forget(session, grant_id)
        return entry

    return posting.once(session, key_scope, key, asked, work)


def expire(session: Session, grant_id: UUID, *, at: datetime, by: Actor) -> WalletEntry | None:
    """Post the expiry of what is left of a grant whose day is over at `at`; None where nothing is to be done.

    The wallet is held before anybody looks, so two workers do it once. Nothing is taken below the floor: what would be
    stays until there is room. Credit that was given back after its expiry expires once more, under a key of its own.

    :raises WalletFrozen: nothing moves in a frozen wallet; it expires when that is opened again.
    """
    if (grant := _grant(session, grant_id)) is None:
        return None
    wallet = posting.hold(session, grant.wallet_id)[grant.wallet_id]
    grant = _grant(session, grant_id)
    if grant.expires_at is None or grant.expires_at > at:
        return None
    amount = min(grant.remaining, wallet.balance - wallet.floor)
    if amount <= 0:
        return None
    times = session.connection().execute(statements.EXPIRIES, {"from_key": str(grant_id), "to_key": f"{grant_id};"}).scalar_one()
    act = rows.Act(
        wallet_id=grant.wallet_id,
        amount=-amount,
        reason="expiry",
        account=REASONS["expiry"].account,
        key_scope=EXPIRY_SCOPE,
        key=f"{grant_id}:{times + 1}" if times else str(grant_id),
        by=by,
    )
    entry = posting.write(session, act, grants.from_one(grant_id, grant.remaining, "expiry"))
    forget(session, grant_id)
    return entry


def forget(session: Session, grant_id: UUID) -> None:
    """Let a grant that the session holds be read anew where it is looked at again."""
    held = session.identity_map.get(session.identity_key(CreditGrant, grant_id))
    if held is not None:
        session.expire(held)


def _grant(session: Session, grant_id: UUID) -> Row | None:
    return session.connection().execute(statements.GRANT, {"grant_id": grant_id}).first()
