"""What a balance is made of: the grants that are left in the order they will be spent, and the story of each."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from portal.domain.ledger.grants import rule_between
from portal.domain.ledger.statements import IN_SPENDING_ORDER
from portal.model import CreditGrant, GrantUse, JournalEntry, Wallet, WalletEntry

AT_MOST = 50
SPENDS = 300
_PLACES = {"first": "Spent first", "next": "Spent next", "last": "Spent last"}

_GRANTS = (
    select(
        CreditGrant.id,
        CreditGrant.kind,
        CreditGrant.priority,
        CreditGrant.amount,
        CreditGrant.remaining,
        CreditGrant.expires_at,
        CreditGrant.granted_at,
        JournalEntry.reason,
        JournalEntry.customer_text,
        JournalEntry.reference,
        JournalEntry.note,
        JournalEntry.actor_kind,
        JournalEntry.actor_name,
    )
    .join(WalletEntry, WalletEntry.id == CreditGrant.entry_id)
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
)


@dataclass(frozen=True)
class Share:
    """A part of the balance: a grant with what is left of it, and when it is spent.

    `place` is first, next, last, or only; `rule` why it stands before the one after it (for the last: after the one
    before it): priority, expiry, promotional, oldest.
    """

    grant: Row
    place: str
    rule: str

    def sentence(self, day: str) -> str:
        """Say when this credit is spent and by which rule; `day` is its expiry in the reader's words."""
        ends = f"It ends on {day}." if self.grant.expires_at else ""
        if self.place == "only":
            return ends
        said = f"{_PLACES[self.place]}: {self._because(day)}."
        return said if not ends or self.rule == "expiry" else f"{said} {ends}"

    def _because(self, day: str) -> str:
        last = self.place == "last"
        if self.rule == "priority":
            return "it is set to go after the others" if last else "it is set to go before the others"
        if self.rule == "expiry":
            return f"it ends on {day}" if self.grant.expires_at else "it has no end"
        if self.rule == "promotional":
            return "it was paid for, and gifts go first" if last else "gifts go before what was paid for"
        return "the youngest of its kind" if last else "older than what follows"


@dataclass(frozen=True)
class Spent:
    """That an entry took from a grant, or (rule "owed") that the grant first made good what was below zero."""

    posted_at: datetime
    amount: int
    rule: str
    reason: str
    customer_text: str
    reference: str


@dataclass(frozen=True)
class Story:
    """One grant from its making to what is left of it; `spent` are the latest spends, `earlier` what those before them took."""

    share: Share
    spent: list[Spent] = field(default_factory=list)

    @property
    def grant(self) -> Row:
        return self.share.grant

    @property
    def earlier(self) -> int:
        return self.grant.amount - self.grant.remaining - sum(spent.amount for spent in self.spent)


def composition(session: Session, wallet: Wallet, *, limit: int = AT_MOST) -> list[Share]:
    """List the grants that are left in the order they will be spent, at most `limit`."""
    return _placed(list(session.execute(_left(wallet.id).limit(limit + 1))))[:limit]


def stories(session: Session, wallet: Wallet, *, limit: int = AT_MOST, used_up: int = 10) -> tuple[list[Story], list[Story]]:
    """Tell how the balance came about: the grants that are left, in spending order, and the latest that are used up."""
    left = composition(session, wallet, limit=limit)
    gone = [
        Share(grant, "only", "only")
        for grant in session.execute(
            _GRANTS.where(CreditGrant.wallet_id == wallet.id, CreditGrant.remaining == 0)
            .order_by(CreditGrant.granted_at.desc(), CreditGrant.id.desc())
            .limit(used_up)
        )
    ]
    uses = _uses(session, [share.grant.id for share in (*left, *gone)])
    return [Story(share, uses.get(share.grant.id, [])) for share in left], [Story(share, uses.get(share.grant.id, [])) for share in gone]


def _left(wallet_id: UUID) -> Select:
    return _GRANTS.where(CreditGrant.wallet_id == wallet_id, CreditGrant.remaining > 0).order_by(*IN_SPENDING_ORDER)


def _placed(grants: list[Row]) -> list[Share]:
    if len(grants) == 1:
        return [Share(grants[0], "only", "only")]
    shares = []
    for at, grant in enumerate(grants):
        place = "first" if at == 0 else "last" if at == len(grants) - 1 else "next"
        first, second = (grants[at - 1], grant) if place == "last" else (grant, grants[at + 1])
        shares.append(Share(grant, place, rule_between(first, second)))
    return shares


def _uses(session: Session, grant_ids: list[UUID]) -> dict[UUID, list[Spent]]:
    entry, journal = aliased(WalletEntry), aliased(JournalEntry)
    found = session.execute(
        select(
            GrantUse.grant_id,
            entry.posted_at,
            GrantUse.amount,
            GrantUse.rule,
            journal.reason,
            journal.customer_text,
            journal.reference,
        )
        .join(entry, entry.id == GrantUse.entry_id)
        .join(journal, journal.id == entry.journal_entry_id)
        .where(GrantUse.grant_id.in_(grant_ids))
        .order_by(entry.posted_at.desc(), GrantUse.id.desc())
        .limit(SPENDS)
    )
    told: dict[UUID, list[Spent]] = {}
    for grant_id, *spent in reversed(found.all()):
        told.setdefault(grant_id, []).append(Spent(*spent))
    return told
