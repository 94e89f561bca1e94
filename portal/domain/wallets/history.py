"""A wallet as it stood: its balance, and what was left of each grant, after any of its entries.

Balances and rests are written beside every entry and every use of a grant, so nothing here sums over the history.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, Uuid, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.domain.ledger.reasons import PROMOTIONAL
from portal.domain.wallets.reading import EntryPage, entries
from portal.model import CreditGrant, GrantUse, Wallet, WalletEntry

_PIECE = 200
_NO_END = datetime.max.replace(tzinfo=UTC)

_POSTED = select(WalletEntry.seq, WalletEntry.balance_after, WalletEntry.posted_at).where(WalletEntry.wallet_id == bindparam("wallet_id"))
_LATEST = (WalletEntry.posted_at.desc(), WalletEntry.seq.desc())
_AS_OF = _POSTED.where(WalletEntry.posted_at <= bindparam("moment", type_=WalletEntry.posted_at.type)).order_by(*_LATEST).limit(1)
_BEFORE = _POSTED.where(WalletEntry.posted_at < bindparam("moment", type_=WalletEntry.posted_at.type)).order_by(*_LATEST).limit(1)

_last_use = (
    select(GrantUse.remaining_after)
    .where(GrantUse.grant_id == CreditGrant.id, GrantUse.seq <= bindparam("number"))
    .order_by(GrantUse.seq.desc(), GrantUse.id.desc())
    .limit(1)
    .correlate(CreditGrant)
    .scalar_subquery()
)
_RESTS = select(
    CreditGrant.id,
    CreditGrant.seq,
    CreditGrant.emptied_seq,
    CreditGrant.kind,
    CreditGrant.priority,
    CreditGrant.expires_at,
    CreditGrant.granted_at,
    func.coalesce(_last_use, CreditGrant.amount).label("remaining"),
).where(CreditGrant.wallet_id == bindparam("wallet_id"))
_NOT_EMPTIED = _RESTS.where(CreditGrant.emptied_seq.is_(None), CreditGrant.seq <= bindparam("number"))


class Standing(NamedTuple):
    """How a wallet stood after its entry number `seq` (0: before the first), in minor units; `posted_at` is that entry's."""

    seq: int
    balance: int
    posted_at: datetime | None


NOTHING_YET = Standing(0, 0, None)


def as_of(session: Session, wallet: Wallet, moment: datetime) -> Standing:
    """Tell how a wallet stood at a moment, the entries of that very moment included."""
    return _standing(session, _AS_OF, wallet, moment)


def before(session: Session, wallet: Wallet, moment: datetime) -> Standing:
    """Tell how a wallet stood right before a moment."""
    return _standing(session, _BEFORE, wallet, moment)


def after(entry: WalletEntry) -> Standing:
    """Tell how a wallet stood after one of its entries."""
    return Standing(entry.seq, entry.balance_after, entry.posted_at)


def entries_until(session: Session, wallet: Wallet, standing: Standing, *, before: int | None = None) -> EntryPage:
    """Read a page of the entries there were, the newest first; `before` as in `entries`."""
    top = standing.seq + 1
    page = entries(session, wallet, before=top if before is None else min(before, top))
    newest = before is None or before >= top
    newer = None if page.newer is None else min(page.newer, top)
    return page._replace(total=standing.seq, newer=newer, newest=newest)


def left(session: Session, wallet_id: UUID, standing: Standing) -> list[Row]:
    """List the grants that had something left, in the order in which they would have been spent, with their `remaining` of then.

    Those that are not empty to this day, then those emptied since, in the order in which they were, until all of the
    balance is found: credit is spent in order, so that what was left then is what was spent next.
    """
    at = {"wallet_id": wallet_id, "number": standing.seq}
    found = [grant for grant in session.execute(_NOT_EMPTIED, at) if grant.remaining]
    missing = max(standing.balance, 0) - sum(grant.remaining for grant in found)
    emptied, last = standing.seq, UUID(int=2**128 - 1)
    while missing > 0:
        piece = list(session.execute(_emptied_after(emptied, last), at))
        if not piece:
            break
        held = [grant for grant in piece if grant.seq <= standing.seq and grant.remaining]
        missing -= sum(grant.remaining for grant in held)
        found += held
        emptied, last = piece[-1].emptied_seq, piece[-1].id
    return sorted(found, key=_spending_order)


def _standing(session: Session, statement: Select, wallet: Wallet, moment: datetime) -> Standing:
    row = session.execute(statement, {"wallet_id": wallet.id, "moment": moment}).first()
    return NOTHING_YET if row is None else Standing(*row)


def _emptied_after(number: int, grant_id: UUID) -> Select:
    place = tuple_(CreditGrant.emptied_seq, CreditGrant.id)
    return (
        _RESTS.where(CreditGrant.emptied_seq >= number, place > tuple_(literal(number), literal(grant_id, Uuid())))
        .order_by(CreditGrant.emptied_seq, CreditGrant.id)
        .limit(_PIECE)
    )


def _spending_order(grant: Row) -> tuple:
    """Sort as `IN_SPENDING_ORDER` does in the database."""
    return (grant.priority, grant.expires_at or _NO_END, grant.kind != PROMOTIONAL, grant.granted_at, grant.id)
