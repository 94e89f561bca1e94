"""One wallet read entry by entry: which row is the first that is wrong, and what is wrong about it."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from portal.domain.ledger.chain import FIRST_PREV_HASH, holds
from portal.domain.ledger.verifying.faults import Fault
from portal.domain.ledger.verifying.grants import check_grants
from portal.domain.ledger.verifying.record import events_of, token
from portal.model import CreditGrant, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry

_PIECE = 2000
_original, _original_journal = aliased(WalletEntry), aliased(JournalEntry)

_ENTRIES = (
    select(
        *(WalletEntry.id, WalletEntry.seq, WalletEntry.amount, WalletEntry.balance_after, WalletEntry.posted_at),
        *(WalletEntry.prev_hash, WalletEntry.hash, WalletEntry.journal_entry_id),
        *(
            JournalEntry.reason,
            JournalEntry.reference,
            JournalEntry.customer_text,
            JournalEntry.reverses_id,
            JournalEntry.transfer_id,
            JournalEntry.key_scope,
        ),
        JournalEntry.customer_id,
        _original.amount.label("reversed_amount"),
        _original.wallet_id.label("reversed_wallet_id"),
        _original_journal.reverses_id.label("reversed_reverses_id"),
    )
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .outerjoin(_original, _original.journal_entry_id == JournalEntry.reverses_id)
    .outerjoin(_original_journal, _original_journal.id == JournalEntry.reverses_id)
    .order_by(WalletEntry.seq, WalletEntry.id)
    .limit(_PIECE)
)

_ours = JournalLine.account == "wallet_liability"
_LINES = select(
    JournalLine.journal_entry_id,
    (func.sum(JournalLine.credit) - func.sum(JournalLine.debit)).label("net"),
    (func.coalesce(func.sum(JournalLine.credit).filter(_ours), 0) - func.coalesce(func.sum(JournalLine.debit).filter(_ours), 0)).label(
        "ours"
    ),
    func.count().filter(_ours, JournalLine.wallet_id.is_(None)).label("nobody"),
    func.min(JournalLine.currency).label("least"),
    func.max(JournalLine.currency).label("greatest"),
).group_by(JournalLine.journal_entry_id)
_STRANGE_LINES = select(JournalLine.journal_entry_id).where(_ours)

_TAKEN = select(GrantUse.entry_id, func.sum(GrantUse.amount)).group_by(GrantUse.entry_id)
_GRANTED = select(CreditGrant.entry_id, CreditGrant.amount)
_OF_TRANSFERS = (
    select(JournalEntry.transfer_id, func.sum(WalletEntry.amount), func.count(), func.count(func.distinct(Wallet.currency)))
    .join(WalletEntry, WalletEntry.journal_entry_id == JournalEntry.id)
    .join(Wallet, Wallet.id == WalletEntry.wallet_id)
    .group_by(JournalEntry.transfer_id)
)


def check_wallet(session: Session, wallet_id: UUID) -> Iterator[Fault]:
    """Give the first fault of a wallet, if it has one."""
    wallet = session.execute(
        select(Wallet.id, Wallet.customer_id, Wallet.currency, Wallet.balance, Wallet.floor, Wallet.seq).where(Wallet.id == wallet_id)
    ).one()
    events = events_of(session, wallet)
    chain = Chain(wallet)
    for piece in _pieces(session, wallet_id):
        around = Around(session, wallet, piece, events)
        for entry in piece:
            for invariant, sentence in chain.wrong(entry, around):
                yield Fault(invariant, wallet.id, entry.id, sentence)
                return
    for fault in (*chain.end(), *check_grants(session, wallet)):
        yield fault
        return


def _pieces(session: Session, wallet_id: UUID) -> Iterator[list[Row]]:
    statement = within = _ENTRIES.where(WalletEntry.wallet_id == wallet_id)
    while piece := session.execute(statement).all():
        yield piece
        statement = within.where(WalletEntry.seq > piece[-1].seq)


class Around:
    """What belongs to a piece of entries: journal lines, grants made and used, events, the other sides of transfers."""

    def __init__(self, session: Session, wallet: Row, piece: list[Row], events: Counter[str]):
        journal_ids, entry_ids = [entry.journal_entry_id for entry in piece], [entry.id for entry in piece]
        of_these = JournalLine.journal_entry_id.in_(journal_ids)
        self.lines = {row.journal_entry_id: row for row in session.execute(_LINES.where(of_these))}
        self.strange = set(session.scalars(_STRANGE_LINES.where(of_these, JournalLine.wallet_id != wallet.id)))
        self.taken = dict(session.execute(_TAKEN.where(GrantUse.entry_id.in_(entry_ids))).all())
        self.granted = dict(session.execute(_GRANTED.where(CreditGrant.entry_id.in_(entry_ids))).all())
        transfer_ids = {entry.transfer_id for entry in piece} - {None}
        self.transfers = {row[0]: row[1:] for row in session.execute(_OF_TRANSFERS.where(JournalEntry.transfer_id.in_(transfer_ids)))}
        self.events = events


class Chain:
    """A wallet while its entries go by."""

    def __init__(self, wallet: Row):
        self.wallet = wallet
        self.seq, self.balance, self.hash, self.at = 0, 0, FIRST_PREV_HASH, None

    def wrong(self, entry: Row, around: Around) -> Iterator[tuple[str, str]]:
        """Hold an entry against the one before it and all that belongs to it; say what is wrong."""
        yield from self._place(entry)
        yield from self._lines(entry, around)
        yield from self._links(entry, around)
        yield from self._credit(entry, around)
        if (told := around.events[token(self.wallet, entry)]) != 1:
            yield "I10", f"entry {entry.seq} has {told} events in the record"
        self.seq, self.balance, self.hash, self.at = entry.seq, entry.balance_after, entry.hash, entry.posted_at

    def end(self) -> Iterator[Fault]:
        """Hold the wallet against its last entry."""
        wallet = self.wallet
        for invariant, wrong, sentence in (
            ("I1", self.balance != wallet.balance, f"the balance is {wallet.balance}, its entries say {self.balance}"),
            ("I2", self.seq != wallet.seq, f"the wallet counts {wallet.seq} entries, there are {self.seq}"),
            ("I3", wallet.balance < wallet.floor, f"the balance {wallet.balance} is below the floor {wallet.floor}"),
        ):
            if wrong:
                yield Fault(invariant, wallet.id, wallet.id, sentence)

    def _place(self, entry: Row) -> Iterator[tuple[str, str]]:
        if entry.seq != self.seq + 1:
            yield "I2", f"entry {entry.seq} follows entry {self.seq}"
        if entry.balance_after != self.balance + entry.amount:
            yield "I2", f"the balance after entry {entry.seq} is {entry.balance_after}, not {self.balance + entry.amount}"
        if entry.prev_hash != self.hash:
            yield "I6", f"entry {entry.seq} is not chained to the entry before it"
        if not self._holds(entry):
            yield "I6", f"entry {entry.seq} is not what it was when it was posted"
        if self.at is not None and entry.posted_at < self.at:
            yield "I2", f"entry {entry.seq} is dated before entry {self.seq}"

    def _lines(self, entry: Row, around: Around) -> Iterator[tuple[str, str]]:
        lines = around.lines.get(entry.journal_entry_id)
        if lines is None:
            yield "I7", f"entry {entry.seq} has no journal lines"
            return
        if lines.net != 0:
            yield "I4", f"the journal lines of entry {entry.seq} differ by {lines.net}"
        if lines.ours != entry.amount:
            yield "I4", f"the books moved by {lines.ours}, entry {entry.seq} by {entry.amount}"
        if lines.nobody or entry.journal_entry_id in around.strange or entry.customer_id != self.wallet.customer_id:
            yield "I7", f"the journal entry of entry {entry.seq} is another wallet's"
        if lines.least != self.wallet.currency or lines.greatest != self.wallet.currency:
            yield "I9", f"the journal lines of entry {entry.seq} are in {lines.least}, the wallet in {self.wallet.currency}"

    def _links(self, entry: Row, around: Around) -> Iterator[tuple[str, str]]:
        if entry.reverses_id is not None and (
            entry.reversed_amount != -entry.amount or entry.reversed_wallet_id != self.wallet.id or entry.reversed_reverses_id is not None
        ):
            yield "I8", f"entry {entry.seq} is not the exact negative of one entry of this wallet"
        if entry.transfer_id is not None:
            net, sides, currencies = around.transfers[entry.transfer_id]
            if net != 0 or sides < 2 or currencies != 1:
                yield "I4", f"the {sides} sides of the transfer of entry {entry.seq} differ by {net}"

    def _credit(self, entry: Row, around: Around) -> Iterator[tuple[str, str]]:
        before = entry.balance_after - entry.amount
        moved = max(entry.balance_after, 0) - max(before, 0)
        granted, taken = around.granted.get(entry.id, 0), around.taken.get(entry.id, 0)
        if granted not in {0, entry.amount} or granted - taken != moved:
            yield "grants", f"entry {entry.seq} granted {granted} and took {taken}, the credit there is moved by {moved}"

    def _holds(self, entry: Row) -> bool:
        return holds(
            entry.hash,
            wallet_id=self.wallet.id,
            seq=entry.seq,
            amount=entry.amount,
            currency=self.wallet.currency,
            balance_after=entry.balance_after,
            journal_entry_id=entry.journal_entry_id,
            reason=entry.reason,
            posted_at=entry.posted_at,
            prev_hash=entry.prev_hash,
            reference=entry.reference,
            customer_text=entry.customer_text,
        )
