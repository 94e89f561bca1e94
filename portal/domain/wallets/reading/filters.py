"""What a page of entries is narrowed to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from portal.model import JournalEntry, WalletEntry

KINDS = ("added", "deducted", "reversal", "transfer")
GROUPS = {"operators": ("operator",), "customer": ("customer", "link"), "itself": ("system",)}


@dataclass(frozen=True)
class EntryFilters:
    """What entries are looked for; what is empty does not narrow.

    `kind` is one of KINDS; `by` one of GROUPS, or the id of the person who acted or approved; `since` and `until` moments,
    the second excluded; `least` and `most` minor units, whichever way the entry goes.
    """

    kind: str = ""
    reason: str = ""
    by: str | UUID = ""
    since: datetime | None = None
    until: datetime | None = None
    least: int | None = None
    most: int | None = None

    def __bool__(self) -> bool:
        return self != _ALL

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give the conditions on an entry and its journal entry; those of time are left to the entries' numbers."""
        made: list[ColumnElement[bool]] = []
        if self.kind:
            made.append(_KINDS[self.kind])
        if self.reason:
            made.append(JournalEntry.reason == self.reason)
        if isinstance(self.by, UUID):
            made.append(or_(JournalEntry.actor_user_id == self.by, JournalEntry.approver_user_id == self.by))
        elif self.by:
            made.append(JournalEntry.actor_kind.in_(GROUPS[self.by]))
        if self.least is not None:
            made.append(or_(WalletEntry.amount >= self.least, WalletEntry.amount <= -self.least))
        if self.most is not None:
            made.append(WalletEntry.amount.between(-self.most, self.most))
        return made


_ALL = EntryFilters()
_KINDS = {
    "added": WalletEntry.amount > 0,
    "deducted": WalletEntry.amount < 0,
    "reversal": JournalEntry.reverses_id.is_not(None),
    "transfer": JournalEntry.transfer_id.is_not(None),
}
