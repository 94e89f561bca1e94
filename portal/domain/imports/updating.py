"""Kept customers that a row changes: through the same door as the form, so that the rules are the same."""

from sqlalchemy.orm import Session

from portal.domain import customers, ledger
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports.creating import Creator
from portal.domain.imports.customer_rows import KIND
from portal.domain.imports.planning import Update
from portal.domain.imports.problems import Findings
from portal.model import Customer

_COLUMN = {"name": "customer_name"}


def update(session: Session, updates: list[Update], creator: Creator, findings: Findings, *, by: Actor) -> None:
    """Change the customers of a batch, and open the wallets that they do not have yet."""
    opening: list[Update] = []
    for planned in updates:
        if planned.facts and not _change(session, planned, findings, by=by):
            return
        if planned.opens:
            opening.append(planned)
    session.flush()
    _open_wallets(opening, creator)
    creator.write()


def _change(session: Session, planned: Update, findings: Findings, *, by: Actor) -> bool:
    customer = session.get_one(Customer, planned.kept.id)
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
    openings = [
        ledger.Opening(one.kept.id, *one.opens, f"{one.kept.id}:{one.opens[0]}", is_main=not one.has_main_wallet) for one in planned
    ]
    for one, wallet_id in zip(planned, creator.open_wallets(openings), strict=True):
        currency, amount = one.opens
        facts = {"row": one.row.number, "currency": currency, "amount": amount, "before": 0, "after": amount, "reason": "import"}
        creator.record("wallet.opened", one.kept.id, ("wallet", wallet_id, currency), {}, facts)
