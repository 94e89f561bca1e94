"""One entry with all that belongs to it: its journal, the grants it made or took from, and what it is linked to."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from portal.model import AuditEvent, CreditGrant, Customer, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry

_USES_SHOWN = 200
_NEAR = timedelta(seconds=30)  # an act is recorded in the transaction that posts it, which may wait for others in between

_made_by = aliased(WalletEntry)
_made_why = aliased(JournalEntry)

_LINKED = (
    select(
        WalletEntry.id.label("entry_id"),
        WalletEntry.seq,
        WalletEntry.amount,
        WalletEntry.posted_at,
        Wallet.id.label("wallet_id"),
        Wallet.name.label("wallet_name"),
        Wallet.currency,
        Customer.id.label("customer_id"),
        Customer.name.label("customer_name"),
        JournalEntry.reason,
    )
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .join(Wallet, Wallet.id == WalletEntry.wallet_id)
    .join(Customer, Customer.id == Wallet.customer_id)
)

_USES = (
    select(
        GrantUse.grant_id,
        GrantUse.amount,
        GrantUse.remaining_after,
        GrantUse.rule,
        CreditGrant.kind,
        CreditGrant.expires_at,
        CreditGrant.granted_at,
        CreditGrant.amount.label("granted"),
        CreditGrant.entry_id,
        _made_why.reason,
        _made_why.customer_text,
    )
    .join(CreditGrant, CreditGrant.id == GrantUse.grant_id)
    .join(_made_by, _made_by.id == CreditGrant.entry_id)
    .join(_made_why, _made_why.id == _made_by.journal_entry_id)
)

Linked = Row
"""Another entry: (entry_id, seq, amount, posted_at, wallet_id, wallet_name, currency, customer_id, customer_name, reason)."""

Used = Row
"""What an entry took from a grant, or gave back to it where `amount` is below zero, and what that left of it."""


@dataclass(frozen=True)
class EntryStory:
    """An entry of a wallet with everything around it.

    `lines` are the debits, then the credits of its journal entry; `made` the grants that it added; `used` those it took
    from or gave back to, in the order in which that was done. `reverses`, `reversed_by` and `twins` (the other side of a
    transfer, which may have arrived in several pieces) are entries it is linked to. `place` is the device and address it
    was posted from, as far as they are known.
    """

    entry: WalletEntry
    journal: JournalEntry
    lines: list[JournalLine]
    made: list[CreditGrant]
    used: list[Used]
    reverses: Linked | None
    reversed_by: Linked | None
    twins: list[Linked]
    place: str

    @property
    def debits(self) -> int:
        return sum(line.debit for line in self.lines)

    @property
    def credits(self) -> int:
        return sum(line.credit for line in self.lines)


def entry_story(session: Session, entry: WalletEntry) -> EntryStory:
    """Read what belongs to an entry of a wallet."""
    journal = session.get_one(JournalEntry, entry.journal_entry_id)
    lines = session.scalars(
        select(JournalLine)
        .where(JournalLine.journal_entry_id == journal.id)
        .order_by(JournalLine.debit == 0, JournalLine.account, JournalLine.id)
    )
    made = session.scalars(select(CreditGrant).where(CreditGrant.entry_id == entry.id).order_by(CreditGrant.id))
    return EntryStory(
        entry=entry,
        journal=journal,
        lines=list(lines),
        made=list(made),
        used=list(session.execute(_USES.where(GrantUse.entry_id == entry.id).order_by(GrantUse.id).limit(_USES_SHOWN))),
        reverses=_linked(session, _LINKED.where(JournalEntry.id == journal.reverses_id)) if journal.reverses_id else None,
        reversed_by=_linked(session, _LINKED.where(JournalEntry.reverses_id == journal.id)),
        twins=_twins(session, entry, journal.transfer_id),
        place=_place(session, journal, entry.id),
    )


def _place(session: Session, journal: JournalEntry, entry_id: UUID) -> str:
    """Find the record of the act, which keeps device and address."""
    acts = session.execute(
        select(AuditEvent.facts, AuditEvent.device, AuditEvent.ip)
        .where(
            AuditEvent.customer_id == journal.customer_id,
            AuditEvent.at.between(journal.posted_at - _NEAR, journal.posted_at + _NEAR),
        )
        .order_by(AuditEvent.at, AuditEvent.id)
        .limit(_USES_SHOWN)
    )
    act = next((act for act in acts if (act.facts or {}).get("entry_id") == str(entry_id)), None)
    return ", ".join(filter(None, (act.device, act.ip))) if act is not None else ""


def _twins(session: Session, entry: WalletEntry, transfer_id: UUID | None) -> list[Linked]:
    """Find the entries at the other side of a transfer: those that go the other way."""
    if transfer_id is None:
        return []
    other_way = WalletEntry.amount > 0 if entry.amount < 0 else WalletEntry.amount < 0
    statement = _LINKED.where(JournalEntry.transfer_id == transfer_id, other_way).order_by(WalletEntry.seq)
    return list(session.execute(statement.limit(_USES_SHOWN)))


def _linked(session: Session, statement: Select) -> Linked | None:
    return session.execute(statement.limit(1)).first()
