"""Holding an issued statement against the ledger, for whoever holds the paper."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, joinedload

from portal.domain import throttles
from portal.domain.ledger import FIRST_PREV_HASH, holds
from portal.domain.statements import codes
from portal.domain.throttles import Rule
from portal.model import Customer, JournalEntry, Statement, Wallet, WalletEntry

CHECKS = Rule("statement_check", free=40)
_PIECE = 2000
_NOBODYS = "-" * codes.LENGTH

_CHAIN = (
    select(
        WalletEntry.seq,
        WalletEntry.amount,
        WalletEntry.balance_after,
        WalletEntry.posted_at,
        WalletEntry.prev_hash,
        WalletEntry.hash,
        WalletEntry.journal_entry_id,
        JournalEntry.reason,
        JournalEntry.reference,
        JournalEntry.customer_text,
    )
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .order_by(WalletEntry.seq)
    .limit(_PIECE)
)

# Words of a company's name that say its legal form: they name nobody.
_FORMS = frozenset(
    "& ab ag as aps bv co co. corp corp. eg gmbh inc inc. k.k. kg kgaa llc llp ltd ltd. limited mbh nv oy oyj plc pte pty pvt pvt. "
    "s.a. s.a.s. s.l. s.p.a. s.r.l. sa sarl sas sl se spa srl ug und and et y e.v. e.k.".split()
)


class Check(NamedTuple):
    """Whether a statement equals the books, and how many entries it has."""

    holds: bool
    count: int


def admit(session: Session, ip: str) -> int:
    """Count a look at a code from a network and give 0, or the seconds to wait before the next."""
    return throttles.admit(session, (CHECKS, throttles.by_network(ip)))


def by_code(session: Session, text: str) -> Statement | None:
    """Find the statement of a code as somebody typed it, wallet, customer and business entity loaded.

    What is no code is looked for like one, so that the two cannot be told apart.
    """
    return session.scalar(
        select(Statement)
        .where(Statement.code == (codes.read(text) or _NOBODYS))
        .options(joinedload(Statement.wallet).joinedload(Wallet.customer).joinedload(Customer.business_entity))
    )


def check(session: Session, statement: Statement) -> Check:
    """Compute a statement anew from the ledger: opening, every entry with its hash, closing, and the head of the chain."""
    count = statement.last_seq - statement.before_seq
    seq, balance, head = 0, 0, FIRST_PREV_HASH
    if statement.before_seq:
        before = next(_entries(session, statement, statement.before_seq - 1, statement.before_seq), None)
        if before is None or not _holds(statement, before):
            return Check(False, count)
        seq, balance, head = before.seq, before.balance_after, before.hash
    if balance != statement.opening:
        return Check(False, count)
    for entry in _entries(session, statement, statement.before_seq, statement.last_seq):
        follows = entry.seq == seq + 1 and entry.prev_hash == head and entry.balance_after == balance + entry.amount
        if not (follows and statement.starts_at <= entry.posted_at < statement.ends_at and _holds(statement, entry)):
            return Check(False, count)
        seq, balance, head = entry.seq, entry.balance_after, entry.hash
    return Check((seq, balance, head) == (statement.last_seq, statement.closing, statement.head_hash), count)


def masked(name: str) -> str:
    """Give a name down to its initials: "Grünwald & Jørgensen GmbH" is "G… & J… GmbH"."""
    return " ".join(word if word.casefold() in _FORMS else f"{word[0]}…" for word in name.split())


def _entries(session: Session, statement: Statement, after: int, last: int) -> Iterator[Row]:
    of_wallet = _CHAIN.where(WalletEntry.wallet_id == statement.wallet_id, WalletEntry.seq <= last)
    while piece := list(session.execute(of_wallet.where(WalletEntry.seq > after))):
        yield from piece
        after = piece[-1].seq


def _holds(statement: Statement, entry: Row) -> bool:
    return holds(
        entry.hash,
        wallet_id=statement.wallet_id,
        seq=entry.seq,
        amount=entry.amount,
        currency=statement.currency,
        balance_after=entry.balance_after,
        journal_entry_id=entry.journal_entry_id,
        reason=entry.reason,
        posted_at=entry.posted_at,
        prev_hash=entry.prev_hash,
        reference=entry.reference,
        customer_text=entry.customer_text,
    )
