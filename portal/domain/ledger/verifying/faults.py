"""What the check of the books finds."""

from typing import NamedTuple
from uuid import UUID


class Fault(NamedTuple):
    """A row that is wrong: the invariant it breaks (I1 to I10, or "grants"), its wallet, the row, and what is wrong."""

    invariant: str
    wallet_id: UUID | None
    row_id: UUID
    sentence: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.sentence} (row {self.row_id}, wallet {self.wallet_id or 'none'})"
