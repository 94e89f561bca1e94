"""What must hold before a customer is saved."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.customers.parents import check_parent
from portal.domain.customers.refusals import AutoChargeNeedsGateway, EntityElsewhere, EntityFixed, ParentMissing, Taken
from portal.domain.errors import NotFound
from portal.model import Customer, Wallet, WalletEntry
from portal.values import emails


def complete(facts: dict) -> dict:
    """Give the facts with what follows from them: empty IDs are none; an imported exemption mark sets the exemption."""
    facts = dict(facts)
    for field in ("external_id", "email", "phone"):
        if field in facts:
            facts[field] = facts[field] or None
    if "custom_data" in facts:
        facts["custom_data"] = facts["custom_data"] or {}
        if facts["custom_data"].get("exempt_tax") is True:
            facts["tax_exempt"] = True
    if facts.get("business_entity_id", ...) is None:
        del facts["business_entity_id"]
    return facts


def check(session: Session, customer: Customer, facts: dict, *, by: Actor) -> None:
    """Refuse what the facts would break, or would put where the actor does not reach.

    :raises Taken, EntityFixed, EntityElsewhere, ParentMissing, ParentLoop, AutoChargeNeedsGateway: see there.
    """
    if not by.reaches(facts.get("business_entity_id") or customer.business_entity_id):
        raise EntityElsewhere(field="business_entity_id")
    if facts.get("auto_charge"):
        raise AutoChargeNeedsGateway
    if facts.get("external_id"):
        _refuse_taken(session, customer, "external_id", Customer.external_id == facts["external_id"], by)
    if facts.get("email"):
        _refuse_taken(session, customer, "email", Customer.email_key == emails.email_key(facts["email"]), by)
    if facts.get("parent_id") and facts["parent_id"] != customer.parent_id:
        try:
            reach.demand(session, by, facts["parent_id"])
        except NotFound:
            raise ParentMissing from None
        check_parent(session, customer, facts["parent_id"])
    if customer.id and facts.get("business_entity_id", customer.business_entity_id) != customer.business_entity_id:
        _refuse_other_entity(session, customer)


def _refuse_taken(session: Session, customer: Customer, field: str, condition, by: Actor) -> None:
    statement = select(Customer.id, Customer.name, Customer.business_entity_id).where(condition)
    if customer.id:
        statement = statement.where(Customer.id != customer.id)
    if (holder := session.execute(statement).first()) is not None:
        raise Taken(field, holder if by.reaches(holder.business_entity_id) else None)


def _refuse_other_entity(session: Session, customer: Customer) -> None:
    since = session.scalar(
        select(func.min(WalletEntry.posted_at)).join(Wallet, Wallet.id == WalletEntry.wallet_id).where(Wallet.customer_id == customer.id)
    )
    if since is not None:
        raise EntityFixed(since)
