"""A customer's tax IDs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.model import Customer, TaxId
from portal.values import clock


def of_customer(session: Session, customer_id: UUID) -> list[TaxId]:
    """List a customer's tax IDs as they were added."""
    return list(session.scalars(select(TaxId).where(TaxId.customer_id == customer_id).order_by(TaxId.id)))


def replace(session: Session, customer: Customer, wanted: list[tuple[str, str]], *, by: Actor) -> list[TaxId]:
    """Make a customer's tax IDs these (kind, value) pairs, parsed already; give the rows.

    Kept ones keep their row and what their register said. What was added and removed is recorded.
    """
    wanted = list(dict.fromkeys((kind, value) for kind, value in wanted))
    kept = {(row.kind, row.value): row for row in of_customer(session, customer.id)}
    removed = [pair for pair in kept if pair not in wanted]
    added = [pair for pair in wanted if pair not in kept]
    if not removed and not added:
        return list(kept.values())
    for pair in removed:
        session.delete(kept.pop(pair))
    session.flush()
    for kind, value in added:
        kept[kind, value] = TaxId(customer_id=customer.id, kind=kind, value=value)
        session.add(kept[kind, value])
    customer.updated_at = clock.now()
    session.flush()
    audit.record(
        session,
        "tax_ids.changed",
        by=by,
        customer_id=customer.id,
        subject=customer,
        subject_name=customer.name,
        changes={"tax_ids": (_plain(removed), _plain(added))},
        facts={"version": customer.version},
    )
    return [kept[pair] for pair in wanted]


def _plain(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{kind} {value}" for kind, value in pairs]
