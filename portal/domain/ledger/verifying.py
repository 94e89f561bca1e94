"""Checks the books against themselves, streaming: whatever the number of entries, memory stays flat."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.domain.ledger.chain import FIRST_PREV_HASH, entry_hash
from portal.model import CreditGrant, JournalEntry, JournalLine, Wallet, WalletEntry

_PIECE = 2000

_WALLETS = select(Wallet.id, Wallet.currency, Wallet.balance, Wallet.floor, Wallet.seq).order_by(Wallet.id).limit(_PIECE)

_ENTRIES = (
    select(
        WalletEntry.id,
        WalletEntry.wallet_id,
        WalletEntry.seq,
        WalletEntry.amount,
        WalletEntry.balance_after,
        WalletEntry.posted_at,
        WalletEntry.prev_hash,
        WalletEntry.hash,
        WalletEntry.journal_entry_id,
        JournalEntry.reason,
        JournalEntry.reverses_id,
    )
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .order_by(WalletEntry.wallet_id, WalletEntry.seq)
    .limit(_PIECE)
)

_LINES = select(
    JournalLine.journal_entry_id,
    func.sum(JournalLine.credit) - func.sum(JournalLine.debit),
    func.sum(JournalLine.credit).filter(JournalLine.account == "wallet_liability"),
    func.sum(JournalLine.debit).filter(JournalLine.account == "wallet_liability"),
    func.min(JournalLine.currency),
    func.max(JournalLine.currency),
).group_by(JournalLine.journal_entry_id)

_GRANTS_OF = select(CreditGrant.wallet_id, func.sum(CreditGrant.remaining)).group_by(CreditGrant.wallet_id)


class Fault(NamedTuple):
    """A row that is wrong: the invariant it breaks (I1 to I9 of the ledger's, or "grants"), the row, and what is wrong."""

    invariant: str
    wallet_id: UUID
    row_id: UUID
    sentence: str


def verify(session: Session, wallet_id: UUID | None = None) -> list[Fault]:
    """Check one wallet, or all; name the first wrong row of each wallet that has one.

    I1 the balance is the sum of the entries; I2 they follow one another without a gap; I3 none is below the floor that
    holds now, where the balance is not; I4 each journal entry balances; I6 the chain of hashes is whole; I7 the parts of
    a posting are all there; I8 a reversal is the exact negative; I9 one currency. Grants: what is left is the balance.
    """
    faults: list[Fault] = []
    for wallets in _pieces_of_wallets(session, wallet_id):
        faults += _check_piece(session, wallets)
    return faults


def _pieces_of_wallets(session: Session, wallet_id: UUID | None) -> Iterator[list]:
    if wallet_id is not None:
        yield list(session.execute(_WALLETS.where(Wallet.id == wallet_id)))
        return
    after = None
    while piece := list(session.execute(_WALLETS if after is None else _WALLETS.where(Wallet.id > after))):
        yield piece
        after = piece[-1].id


def _check_piece(session: Session, wallets: list) -> Iterator[Fault]:
    if not wallets:
        return
    first, last = wallets[0].id, wallets[-1].id
    left = dict(session.execute(_GRANTS_OF.where(CreditGrant.wallet_id.between(first, last))).all())
    chains = {wallet.id: Chain(wallet) for wallet in wallets}
    for piece in _pieces_of_entries(session, first, last):
        lines = _lines(session, [entry.journal_entry_id for entry in piece])
        reversed_amounts = _reversed_amounts(session, piece)
        for entry in piece:
            chains[entry.wallet_id].look(entry, lines.get(entry.journal_entry_id), reversed_amounts)
    for chain in chains.values():
        if (fault := chain.end(left.get(chain.wallet.id, 0))) is not None:
            yield fault


def _pieces_of_entries(session: Session, first: UUID, last: UUID) -> Iterator[list]:
    within = _ENTRIES.where(WalletEntry.wallet_id.between(first, last))
    statement = within
    while piece := list(session.execute(statement)):
        yield piece
        end = piece[-1]
        statement = within.where(
            (WalletEntry.wallet_id > end.wallet_id) | ((WalletEntry.wallet_id == end.wallet_id) & (WalletEntry.seq > end.seq))
        )


def _lines(session: Session, journal_entry_ids: list[UUID]) -> dict[UUID, tuple]:
    return {row[0]: tuple(row[1:]) for row in session.execute(_LINES.where(JournalLine.journal_entry_id.in_(journal_entry_ids)))}


def _reversed_amounts(session: Session, piece: list) -> dict[UUID, int]:
    reversed_ids = [entry.reverses_id for entry in piece if entry.reverses_id is not None]
    if not reversed_ids:
        return {}
    original = aliased(WalletEntry)
    statement = select(original.journal_entry_id, original.amount).where(original.journal_entry_id.in_(reversed_ids))
    return dict(session.execute(statement).all())


class Chain:
    """One wallet while its entries go by; keeps the first fault and no more."""

    def __init__(self, wallet):
        self.wallet = wallet
        self.seq, self.balance, self.hash = 0, 0, FIRST_PREV_HASH
        self.fault: Fault | None = None

    def look(self, entry, lines: tuple | None, reversed_amounts: dict[UUID, int]) -> None:
        """Hold an entry against the one before it, its journal lines and what it reverses."""
        if self.fault is None:
            for invariant, sentence in self._wrong(entry, lines, reversed_amounts):
                self.fault = Fault(invariant, self.wallet.id, entry.id, sentence)
                break
        self.seq, self.balance, self.hash = entry.seq, entry.balance_after, entry.hash

    def _wrong(self, entry, lines: tuple | None, reversed_amounts: dict[UUID, int]) -> Iterator[tuple[str, str]]:
        if entry.seq != self.seq + 1:
            yield "I2", f"entry {entry.seq} follows entry {self.seq}"
        if entry.balance_after != self.balance + entry.amount:
            yield "I2", f"the balance after entry {entry.seq} is {entry.balance_after}, not {self.balance + entry.amount}"
        if entry.prev_hash != self.hash:
            yield "I6", f"entry {entry.seq} is not chained to the entry before it"
        if entry.hash != self._hash(entry):
            yield "I6", f"entry {entry.seq} is not what it was when it was posted"
        if lines is None:
            yield "I7", f"entry {entry.seq} has no journal lines"
            return
        sum_of_all, credited, debited, least, greatest = lines
        if sum_of_all != 0:
            yield "I4", f"the journal lines of entry {entry.seq} differ by {sum_of_all}"
        if (credited or 0) - (debited or 0) != entry.amount:
            yield "I4", f"the books moved by {(credited or 0) - (debited or 0)}, entry {entry.seq} by {entry.amount}"
        if least != self.wallet.currency or greatest != self.wallet.currency:
            yield "I9", f"the journal lines of entry {entry.seq} are in {least}, the wallet in {self.wallet.currency}"
        if entry.reverses_id is not None and reversed_amounts.get(entry.reverses_id) != -entry.amount:
            yield "I8", f"entry {entry.seq} is not the exact negative of what it reverses"

    def _hash(self, entry) -> bytes:
        return entry_hash(
            wallet_id=entry.wallet_id,
            seq=entry.seq,
            amount=entry.amount,
            currency=self.wallet.currency,
            balance_after=entry.balance_after,
            journal_entry_id=entry.journal_entry_id,
            reason=entry.reason,
            posted_at=entry.posted_at,
            prev_hash=entry.prev_hash,
        )

    def end(self, left: int) -> Fault | None:
        """Hold the wallet against its last entry and its grants."""
        if self.fault is not None:
            return self.fault
        for invariant, wrong, sentence in (
            ("I1", self.balance != self.wallet.balance, f"the balance is {self.wallet.balance}, its entries say {self.balance}"),
            ("I2", self.seq != self.wallet.seq, f"the wallet counts {self.wallet.seq} entries, there are {self.seq}"),
            ("I3", self.wallet.balance < self.wallet.floor, f"the balance {self.wallet.balance} is below the floor {self.wallet.floor}"),
            ("grants", left != max(self.balance, 0), f"{left} is left in its grants, the balance is {self.balance}"),
        ):
            if wrong:
                return Fault(invariant, self.wallet.id, self.wallet.id, sentence)
        return None
