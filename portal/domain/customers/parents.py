"""Parents: a tree of any depth, without circles."""

from uuid import UUID

from sqlalchemy import Row, func, literal, select
from sqlalchemy.orm import Session

from portal.domain.customers.refusals import ParentLoop, ParentMissing
from portal.model import Customer

_TREE_LOCK = 7_240_001  # any number of our own: one writer at a time may hang a branch elsewhere


def check_parent(session: Session, customer: Customer, parent_id: UUID) -> None:
    """Refuse a parent that is none, is the customer itself, or stands below it.

    :raises ParentMissing, ParentLoop: see there.
    """
    if parent_id == customer.id:
        raise ParentMissing("A customer cannot be its own parent.")
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TREE_LOCK)))
    line = _upwards(session, parent_id)
    if not line:
        raise ParentMissing
    if any(above.id == customer.id for above in line):
        raise ParentLoop(line[0].name)


def _upwards(session: Session, start: UUID) -> list[Row]:
    """Walk from a customer to the top; (id, name), the start first."""
    line = (
        select(Customer.id, Customer.name, Customer.parent_id, literal(0).label("step"))
        .where(Customer.id == start)
        .cte("line", recursive=True)
    )
    above = select(Customer.id, Customer.name, Customer.parent_id, line.c.step + 1).join(line, Customer.id == line.c.parent_id)
    line = line.union_all(above)
    return list(session.execute(select(line.c.id, line.c.name).order_by(line.c.step)))
