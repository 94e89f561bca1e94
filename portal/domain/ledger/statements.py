"""The ledger's statements, built once: a posting executes about ten of them, and building costs more than running."""

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from portal.domain.kept import Kept
from portal.model import CreditGrant, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry, WalletLimit
from portal.model.base import UtcDateTime
from portal.values.money import MAX_MINOR

_wallet = Wallet.__table__.c
_entry = WalletEntry.__table__.c
_journal = JournalEntry.__table__.c
_grant = CreditGrant.__table__.c
_line = JournalLine.__table__.c
_use = GrantUse.__table__.c
_limit = WalletLimit.__table__.c
_now = bindparam("now", type_=UtcDateTime())
_after = _wallet.balance + bindparam("amount", type_=_wallet.balance.type)

_limits = select(_limit.amount).where(_limit.role == bindparam("role"), _limit.currency == _wallet.currency).correlate(Wallet.__table__)

MOVE = Kept(
    update(Wallet.__table__)
    .where(
        *(_wallet.id == bindparam("wallet_id"), _wallet.status == "open", _after >= _wallet.floor, _after <= MAX_MINOR),
        ~_limits.where(_limit.amount < bindparam("size", type_=_limit.amount.type)).exists(),
    )
    .values(
        balance=_after,
        seq=_wallet.seq + 1,
        last_entry_at=case((or_(_wallet.last_entry_at.is_(None), _wallet.last_entry_at < _now), _now), else_=_wallet.last_entry_at),
    )
    .returning(_wallet.balance, _wallet.seq, _wallet.last_entry_at, _wallet.currency, _wallet.customer_id)
)
"""Moves a balance where status, floor, bounds and the role's limit allow it; an entry's time is never before that of the one before it."""

LOOK = (
    select(_wallet.id, _wallet.balance, _wallet.floor, _wallet.currency, _wallet.status)
    .where(_wallet.id.in_(bindparam("wallet_ids", expanding=True)))
    .order_by(_wallet.id)
)

HOLD = LOOK.with_for_update(key_share=True)
"""Holds wallets in the order of their ids, so that two who hold several never wait for each other."""

STANDING = select(_wallet.balance, _wallet.floor, _wallet.currency, _wallet.status, _limits.scalar_subquery().label("limit")).where(
    _wallet.id == bindparam("wallet_id")
)

FIRST_UNDER_KEY = Kept(
    select(_entry.id, _journal.request_hash)
    .join_from(JournalEntry.__table__, WalletEntry.__table__, _entry.journal_entry_id == _journal.id)
    .where(_journal.key_scope == bindparam("key_scope"), _journal.key == bindparam("key"))
)

HASH_OF = Kept(select(_entry.hash).where(_entry.wallet_id == bindparam("wallet_id"), _entry.seq == bindparam("seq")))

ADD_JOURNAL_ENTRY = Kept(insert(JournalEntry.__table__))
ADD_JOURNAL_LINES = Kept(insert(JournalLine.__table__))
ADD_WALLET_ENTRY = Kept(insert(WalletEntry.__table__))
ADD_GRANT = Kept(insert(CreditGrant.__table__))
ADD_GRANT_USE = Kept(insert(GrantUse.__table__))

IN_SPENDING_ORDER = (
    _grant.priority,
    _grant.expires_at.is_(None),
    _grant.expires_at,
    _grant.kind.desc(),
    _grant.granted_at,
    _grant.id,
)
"""Priority, earliest expiry (credit without one last), promotional before paid (as their words sort), oldest first: as the index has it."""

GRANTS_LEFT = Kept(
    select(_grant.id, _grant.priority, _grant.expires_at, _grant.kind, _grant.granted_at, _grant.remaining)
    .where(_grant.wallet_id == bindparam("wallet_id"), _grant.emptied_seq.is_(None), _grant.remaining > 0)
    .order_by(*IN_SPENDING_ORDER)
    .limit(bindparam("at_most"))
)

_took = {
    "remaining": _grant.remaining - bindparam("taken"),
    "emptied_seq": case((_grant.remaining == bindparam("taken"), bindparam("at_seq", type_=_grant.seq.type)), else_=None),
}

_take = update(CreditGrant.__table__).where(_grant.id == bindparam("grant_id"), _grant.remaining >= bindparam("taken")).values(**_took)

TAKE = Kept(_take)

TAKE_TOLD = _take.where(_grant.remaining - bindparam("taken") <= _grant.amount).returning(_grant.remaining)
"""Takes from a grant, or gives back to it where `taken` is below zero, and tells what is left."""

MARK_REVOKED = (
    update(CreditGrant.__table__).where(_grant.id == bindparam("grant_id")).values(revoked_at=bindparam("at", type_=UtcDateTime()))
)

GRANT = select(_grant.id, _grant.wallet_id, _grant.kind, _grant.amount, _grant.remaining, _grant.expires_at, _grant.revoked_at).where(
    _grant.id == bindparam("grant_id")
)

GRANT_OF = select(_grant.id, _grant.amount, _grant.remaining, _grant.expires_at).where(_grant.entry_id == bindparam("entry_id"))

USES_OF = (
    select(_use.grant_id, _use.amount, _grant.kind, _grant.priority, _grant.expires_at)
    .join_from(GrantUse.__table__, CreditGrant.__table__, _grant.id == _use.grant_id)
    .where(_use.entry_id == bindparam("entry_id"))
    .order_by(_use.id)
)

MADE_GOOD = (
    select(_grant.id, func.sum(_use.amount).label("amount"))
    .join_from(CreditGrant.__table__, GrantUse.__table__, _use.grant_id == _grant.id)
    .where(_grant.wallet_id == bindparam("wallet_id"), _use.rule == "owed")
    .group_by(_grant.id)
    .having(func.sum(_use.amount) > 0)
    .order_by(func.max(_use.seq).desc(), _grant.id.desc())
)
"""The grants that made good what was below zero, and how much of it, the latest first."""

_contra = (
    select(_line.account)
    .where(_line.journal_entry_id == _journal.id, or_(_line.wallet_id.is_(None), _line.account != "wallet_liability"))
    .limit(1)
    .scalar_subquery()
)

LEG = select(
    *(_entry.id, _entry.wallet_id, _entry.seq, _entry.amount, _entry.journal_entry_id, _entry.posted_at),
    *(_journal.reason, _journal.reverses_id, _journal.transfer_id, _contra.label("account")),
).join_from(WalletEntry.__table__, JournalEntry.__table__, _journal.id == _entry.journal_entry_id)

LEG_OF_ENTRY = LEG.where(_entry.id == bindparam("entry_id"))
LEGS_OF_TRANSFER = LEG.where(_journal.transfer_id == bindparam("transfer_id")).order_by(_entry.amount, _entry.id)

REVERSED_BY = select(_journal.id).where(_journal.reverses_id == bindparam("journal_entry_id"))

EXPIRIES = (
    select(func.count())
    .select_from(JournalEntry.__table__)
    .where(_journal.key_scope == "expiry", _journal.key >= bindparam("from_key"), _journal.key < bindparam("to_key"))
)
"""How often a grant expired: credit that was given back to it ends once more."""
