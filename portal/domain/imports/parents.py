"""Parents that the file names by their ID: linked when all customers are there, for they may stand in any order."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import customers
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports.customer_rows import KIND, CustomerRow
from portal.domain.imports.keys import Keys
from portal.domain.imports.looking import Key, uuid_of
from portal.domain.imports.problems import Findings
from portal.model import Customer
from portal.values.text import quoted

_BATCH = 500


class Parents:
    """Collects who names whom as its parent."""

    def __init__(self, findings: Findings):
        self._findings = findings
        self._named: list[tuple[int, str, str]] = []
        self._children: dict[int, UUID] = {}
        self._new: set[int] = set()
        self._unchanged: set[int] = set()

    def note(self, row: CustomerRow) -> None:
        """Keep that a row names a parent."""
        if row.parent:
            self._named.append((row.number, row.name, row.parent))

    def child(self, row: CustomerRow, customer_id: Key, *, new: bool = False, unchanged: bool = False) -> None:
        """Keep which customer the row is."""
        if row.parent:
            self._children[row.number] = uuid_of(customer_id)
            if new:
                self._new.add(row.number)
            if unchanged:
                self._unchanged.add(row.number)

    def check(self, session: Session, in_file: Keys) -> None:
        """Say which parents are neither in the file nor in the database."""
        missing = {parent for _, _, parent in self._named if in_file.first(parent) is None}
        missing -= set(_by_external_id(session, list(missing)))
        for number, name, parent in self._named:
            if parent in missing:
                reason = f"No customer with the ID {quoted(parent)} is in the file or known here."
                self._findings.add(KIND, number, "parent_external_id", parent, reason, name=name)

    def link(self, session: Session, *, by: Actor) -> int:
        """Set the parents; new customers in bulk, kept ones by `customers.change`. Give how many that were unchanged so far are not now."""
        kept = _by_external_id(session, list({parent for _, _, parent in self._named}))
        links = {self._children[number]: kept[parent] for number, _, parent in self._named if number in self._new}
        self._refuse_loops(session, links, kept)
        if self._findings.problem_count:
            return 0
        if links:
            table = Customer.__table__
            for child, parent in links.items():
                session.execute(update(table).where(table.c.id == child).values(parent_id=parent))
        changed = [
            number
            for number, name, parent in self._named
            if number not in self._new and self._change(session, number, name, parent, kept[parent], by=by)
        ]
        return len(self._unchanged.intersection(changed))

    def _change(self, session: Session, number: int, name: str, external_id: str, parent_id: UUID, *, by: Actor) -> bool:
        customer = session.get_one(Customer, self._children[number])
        if customer.parent_id == parent_id:
            return False
        try:
            customers.change(session, customer, {"parent_id": parent_id}, version=None, by=by)
        except Refusal as refusal:
            self._findings.add(KIND, number, "parent_external_id", external_id, str(refusal), name=name)
        return True

    def _refuse_loops(self, session: Session, links: dict[UUID, UUID], kept: dict[str, UUID]) -> None:
        """Walk up from each new customer; only new ones can close a loop among themselves."""
        safe: set[UUID] = set()
        for number, name, parent in self._named:
            if number not in self._new:
                continue
            node, path = self._children[number], set()
            while node in links and node not in safe and node not in path:
                path.add(node)
                node = links[node]
            if node in path:
                reason = "This customer would stand below itself: its parents lead back to it."
                self._findings.add(KIND, number, "parent_external_id", parent, reason, name=name)
            else:
                safe |= path


def _by_external_id(session: Session, external_ids: list[str]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for start in range(0, len(external_ids), _BATCH):
        some = external_ids[start : start + _BATCH]
        found |= dict(session.execute(select(Customer.external_id, Customer.id).where(Customer.external_id.in_(some))).all())
    return found
