"""What a balance is made of, now or as of any entry: grants in the order they will be spent, and the story of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.domain.ledger.grants import rule_between
from portal.domain.ledger.statements import IN_SPENDING_ORDER
from portal.domain.wallets import history
from portal.domain.wallets.history import Standing
from portal.model import CreditGrant, GrantUse, JournalEntry, Wallet, WalletEntry

AT_MOST = 50
SPENDS = 12
_PLACES = {"first": "Spent first", "next": "Spent next", "last": "Spent last"}

_BECAUSE = {
    "priority": "it was set to go before the others",
    "expiry": "it ends on {day}, before the others",
    "promotional": "gifts go before what was paid for",
    "oldest": "it was older than what followed",
}
_WITHOUT_CHOICE = {
    "only": "There was no other credit to take from.",
    "owed": "New credit first makes good what is below zero.",
    "revoked": "This very credit was taken back.",
    "reversed": "A reversal goes to the very credit that the reversed entry had moved.",
}

_GRANTS = (
    select(
        CreditGrant.id,
        CreditGrant.entry_id,
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

_USES = (
    select(
        WalletEntry.posted_at,
        GrantUse.amount,
        GrantUse.rule,
        JournalEntry.reason,
        JournalEntry.customer_text,
        JournalEntry.reference,
        GrantUse.remaining_after,
        GrantUse.entry_id,
        GrantUse.seq,
    )
    .join(WalletEntry, WalletEntry.id == GrantUse.entry_id)
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .where(GrantUse.grant_id == bindparam("grant_id"), GrantUse.seq < bindparam("before"))
    .order_by(GrantUse.seq.desc(), GrantUse.id.desc())
    .limit(bindparam("at_most"))
)
_NO_END = 2**62


class Grant(NamedTuple):
    """A grant with why it was made, and what is left of it; `note` is the operators'."""

    id: UUID
    entry_id: UUID
    kind: str
    priority: int
    amount: int
    remaining: int
    expires_at: datetime | None
    granted_at: datetime
    reason: str
    customer_text: str
    reference: str
    note: str
    actor_kind: str
    actor_name: str


@dataclass(frozen=True)
class Share:
    """A part of the balance: a grant with what is left of it, and when it is spent.

    `place` is first, next, last, or only; `rule` why it stands before the one after it (for the last: after the one
    before it): priority, expiry, promotional, oldest.
    """

    grant: Grant
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


class Spent(NamedTuple):
    """That an entry took from a grant, or gave back to it (below zero), and what that left of it.

    With the rule "owed" the grant first made good what was below zero.
    """

    posted_at: datetime
    amount: int
    rule: str
    reason: str
    customer_text: str
    reference: str
    remaining_after: int
    entry_id: UUID
    seq: int

    @property
    def remaining_before(self) -> int:
        return self.remaining_after + self.amount


@dataclass(frozen=True)
class Story:
    """One grant from its making to what is left of it; `spent` are the latest spends, `earlier` what those before them took."""

    share: Share
    spent: list[Spent] = field(default_factory=list)

    @property
    def grant(self) -> Grant:
        return self.share.grant

    @property
    def earlier(self) -> int:
        return self.grant.amount - self.grant.remaining - sum(spent.amount for spent in self.spent)


def composition(session: Session, wallet: Wallet, *, limit: int = AT_MOST, standing: Standing | None = None) -> list[Share]:
    """List the grants that are left in the order they will be spent, at most `limit`; as of a standing, those of then."""
    if standing is not None and standing.seq != wallet.seq:
        return _placed(_of_then(session, history.left(session, wallet.id, standing)[: limit + 1]))[:limit]
    return _placed([Grant(*row) for row in session.execute(_left(wallet.id).limit(limit + 1))])[:limit]


def stories(
    session: Session, wallet: Wallet, *, limit: int = AT_MOST, used_up: int = 10, standing: Standing | None = None
) -> tuple[list[Story], list[Story]]:
    """Tell how the balance came about: the grants that are left, in spending order, and the latest that are used up."""
    number = wallet.seq if standing is None else standing.seq
    left = composition(session, wallet, limit=limit, standing=standing)
    gone = [
        Share(Grant(*row)._replace(remaining=0), "only", "only")
        for row in session.execute(
            _GRANTS.where(CreditGrant.wallet_id == wallet.id, CreditGrant.emptied_seq <= number)
            .order_by(CreditGrant.emptied_seq.desc(), CreditGrant.id.desc())
            .limit(used_up)
        )
    ]
    told = [Story(share, uses(session, share.grant.id, before=number + 1, limit=SPENDS)[::-1]) for share in (*left, *gone)]
    return told[: len(left)], told[len(left) :]


def uses(session: Session, grant_id: UUID, *, before: int | None = None, limit: int = AT_MOST) -> list[Spent]:
    """List what was taken from a grant or given back to it by entries whose number is below `before`, the latest first."""
    at = {"grant_id": grant_id, "before": _NO_END if before is None else before, "at_most": limit}
    return [Spent(*row) for row in session.execute(_USES, at)]


def why_taken(rule: str, day: str, *, following: bool = False, reason: str = "") -> str:
    """Say by which rule an entry took from a grant, or gave back to it.

    `day` is the grant's expiry in the reader's words, `reason` that of the entry; `following` is true for a second grant.
    """
    if reason == "expiry":
        return f"It ended on {day}, and this was left of it."
    if rule in _BECAUSE:
        return f"{'Spent next' if following else 'Spent first'}: {_BECAUSE[rule].format(day=day)}."
    return _WITHOUT_CHOICE.get(rule, "")


def _left(wallet_id: UUID) -> Select:
    return _GRANTS.where(CreditGrant.wallet_id == wallet_id, CreditGrant.emptied_seq.is_(None)).order_by(*IN_SPENDING_ORDER)


def _of_then(session: Session, rests: Sequence) -> list[Grant]:
    """Give the grants in the same order, with what was left of each then."""
    rows = {row.id: Grant(*row) for row in session.execute(_GRANTS.where(CreditGrant.id.in_([rest.id for rest in rests])))}
    return [rows[rest.id]._replace(remaining=rest.remaining) for rest in rests]


def _placed(grants: list[Grant]) -> list[Share]:
    if len(grants) == 1:
        return [Share(grants[0], "only", "only")]
    shares = []
    for at, grant in enumerate(grants):
        place = "first" if at == 0 else "last" if at == len(grants) - 1 else "next"
        first, second = (grants[at - 1], grant) if place == "last" else (grant, grants[at + 1])
        shares.append(Share(grant, place, rule_between(first, second)))
    return shares
