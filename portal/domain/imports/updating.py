"""Kept customers that a row changes: through the same door as the form, so that the rules are the same."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import customers, ledger
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports.creating import Creator
from portal.domain.imports.customer_rows import KIND
from portal.domain.imports.looking import uuid_of
from portal.domain.imports.planning import Update
from portal.domain.imports.problems import Findings
from portal.domain.search import documents
from portal.model import Customer

_COLUMN = {"name": "customer_name"}


def update(session: Session, updates: list[Update], creator: Creator, findings: Findings, *, by: Actor) -> None:
    """Change the customers of a batch, and open the wallets that they do not have yet."""
    opening: list[Update] = []
    changing = [uuid_of(planned.kept.id) for planned in updates if planned.facts]
    found = {customer.id: customer for customer in session.scalars(select(Customer).where(Customer.id.in_(changing)))} if changing else {}
    with documents.together(session):
        for planned in updates:
            if planned.facts and not _change(session, found[uuid_of(planned.kept.id)], planned, findings, by=by):
                return
            if planned.opens:
                opening.append(planned)
    session.flush()
    _open_wallets(opening, creator)
    creator.write()


def _change(session: Session, customer: Customer, planned: Update, findings: Findings, *, by: Actor) -> bool:
    try:
        customers.change(session, customer, planned.facts, version=None, by=by)
    except Refusal as refusal:
        row = planned.row
        column = _COLUMN.get(refusal.field, refusal.field)
        findings.add(KIND, row.number, column, str(planned.facts.get(refusal.field, "")), str(refusal), name=row.name)
        return False
    return True


def _open_wallets(planned: list[Update], creator: Creator) -> None:
    """Open the wallets that are not there yet, with what the file says is in them."""
    customer_ids = [uuid_of(one.kept.id).hex for one in planned]
    openings = [
        ledger.Opening(customer_id, *one.opens, f"{customer_id}:{one.opens[0]}", is_main=not one.has_main_wallet)
        for customer_id, one in zip(customer_ids, planned, strict=True)
    ]
    for one, customer_id, wallet_id in zip(planned, customer_ids, creator.open_wallets(openings), strict=True):
        currency, amount = one.opens
        facts = {"row": one.row.number, "currency": currency, "amount": amount, "before": 0, "after": amount, "reason": "import"}
        creator.record("wallet.opened", customer_id, ("wallet", wallet_id, currency), facts)
