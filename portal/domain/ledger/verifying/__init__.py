"""Checks the books against themselves.

I1 the balance is the sum of the entries. I2 they follow one another without a gap, each with the balance after it, none
dated before the last. I3 no balance is below its floor. I4 each journal entry balances, and moves what its entry moves; the
sides of a transfer add up to nothing. I5 one posting per key (the table's own constraint). I6 the chain of hashes is whole.
I7 the parts of a posting are all there. I8 a reversal is the exact negative of one entry of its wallet, once. I9 one
currency. I10 each posting has exactly one event in the record. Grants: what each entry took and left is in step with the
balance, and what is left of a grant is what its uses say.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.ledger.verifying import sweeping
from portal.domain.ledger.verifying.faults import Fault
from portal.domain.ledger.verifying.wallet import check_wallet

__all__ = ["Fault", "verify"]


def verify(session: Session, wallet_id: UUID | None = None, *, beside: Callable[[], Session] | None = None) -> list[Fault]:
    """Check one wallet, or all; name the first wrong row of each wallet that has one.

    All of them are swept through once, in the order in which the tables lie; memory stays flat whatever their number. A
    wallet that the sweep has doubts about is then read entry by entry. `beside` opens another session on the same books,
    where half of the work is done at the same time; what this one has not committed is not seen there.
    """
    session.flush()
    if wallet_id is not None:
        return list(check_wallet(session, wallet_id))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    found = sweeping.sweep(session, beside)
    faults = [Fault("I7", None, orphan, "a journal entry is not one wallet entry's") for orphan in found.orphans]
    for doubtful in sorted(found.doubtful):
        faults += check_wallet(session, doubtful)
    return faults
