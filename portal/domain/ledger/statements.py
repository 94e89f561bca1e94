"""The ledger's statements, built once: a posting executes about ten of them, and building costs more than running."""

from sqlalchemy import bindparam, case, insert, or_, select, update

from portal.domain.ledger.reasons import PROMOTIONAL
from portal.model import CreditGrant, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry
from portal.model.base import UtcDateTime
from portal.values.money import MAX_MINOR

_wallet = Wallet.__table__.c
_entry = WalletEntry.__table__.c
_journal = JournalEntry.__table__.c
_grant = CreditGrant.__table__.c
_now = bindparam("now", type_=UtcDateTime())
_after = _wallet.balance + bindparam("amount", type_=_wallet.balance.type)

MOVE = (
    update(Wallet.__table__)
    .where(_wallet.id == bindparam("wallet_id"), _wallet.status == "open", _after >= _wallet.floor, _after <= MAX_MINOR)
    .values(
        balance=_after,
        seq=_wallet.seq + 1,
        last_entry_at=case((or_(_wallet.last_entry_at.is_(None), _wallet.last_entry_at < _now), _now), else_=_wallet.last_entry_at),
    )
    .returning(_wallet.balance, _wallet.seq, _wallet.last_entry_at, _wallet.currency, _wallet.customer_id)
)
"""Moves a balance where status, floor and bounds allow it; an entry's time is never before that of the one before it."""

STANDING = select(_wallet.balance, _wallet.floor, _wallet.currency, _wallet.status).where(_wallet.id == bindparam("wallet_id"))

FIRST_UNDER_KEY = (
    select(_entry.id, _journal.request_hash)
    .join_from(JournalEntry.__table__, WalletEntry.__table__, _entry.journal_entry_id == _journal.id)
    .where(_journal.key_scope == bindparam("key_scope"), _journal.key == bindparam("key"))
)

HASH_OF = select(_entry.hash).where(_entry.wallet_id == bindparam("wallet_id"), _entry.seq == bindparam("seq"))

ADD_JOURNAL_ENTRY = insert(JournalEntry.__table__)
ADD_JOURNAL_LINES = insert(JournalLine.__table__)
ADD_WALLET_ENTRY = insert(WalletEntry.__table__)
ADD_GRANT = insert(CreditGrant.__table__)
ADD_GRANT_USE = insert(GrantUse.__table__)

IN_SPENDING_ORDER = (
    _grant.priority,
    _grant.expires_at.is_(None),
    _grant.expires_at,
    case((_grant.kind == PROMOTIONAL, 0), else_=1),
    _grant.granted_at,
    _grant.id,
)
"""Priority, earliest expiry (credit without one last), promotional before paid, oldest first."""

GRANTS_LEFT = (
    select(_grant.id, _grant.priority, _grant.expires_at, _grant.kind, _grant.granted_at, _grant.remaining)
    .where(_grant.wallet_id == bindparam("wallet_id"), _grant.remaining > 0)
    .order_by(*IN_SPENDING_ORDER)
    .limit(bindparam("at_most"))
)

TAKE = (
    update(CreditGrant.__table__)
    .where(_grant.id == bindparam("grant_id"), _grant.remaining >= bindparam("taken"))
    .values(
        remaining=_grant.remaining - bindparam("taken"),
        emptied_seq=case((_grant.remaining == bindparam("taken"), bindparam("at_seq", type_=_grant.seq.type)), else_=None),
    )
)
