"""The blueprint of the broadcasts, and what its views share."""

from uuid import UUID

from flask import Blueprint, current_app, g

from portal.domain import broadcasts, business_entities
from portal.domain.letters.examples import Example
from portal.model import Broadcast, BusinessEntity, Customer
from portal.web.database import session

bp = Blueprint("broadcasts", __name__, url_prefix="/broadcasts")

STATES = {
    "draft": ("Draft", "off"),
    "scheduled": ("Waits for its time", "wait"),
    "sending": ("Going out", "wait"),
    "done": ("Written", ""),
    "stopped": ("Stopped", "wrong"),
}
RULES = {
    "off": "have the topic off",
    "unverified": "have not confirmed their address",
    "switch": "are at customers whose email is switched off",
    "archived": "are at archived customers",
    "bounced": "have an address that mail comes back from",
    "complained": "marked our mail as spam",
    "suppressed": "are on the list of those not written to",
    "hidden": "would get a topic that is hidden",
    "no_sender": "are at a business entity without a sender",
}
"""By the rule of the judgement: what keeps contacts from getting it, in words."""


def found(broadcast_id: UUID) -> Broadcast:
    """Find a broadcast that the actor reaches."""
    return broadcasts.find(session(), g.actor, broadcast_id)


def writer(broadcast: Broadcast | None = None, customer: Customer | None = None) -> BusinessEntity:
    """Give the business entity whose brand the letter bears: the one chosen, else the customer's, else the usual one."""
    if broadcast is not None and broadcast.business_entity_id is not None:
        return business_entities.find(session(), broadcast.business_entity_id)
    return customer.business_entity if customer is not None else business_entities.default(session(), actor=g.actor)


def example(topic: str, customer: Customer | None, entity: BusinessEntity) -> Example:
    """Make what the letter is shown with."""
    public_url = current_app.extensions["settings"].public_url
    return broadcasts.example(session(), topic, customer, entity, public_url=public_url)


def reasons(counts: dict) -> list[tuple[str, int]]:
    """Say why contacts will not get it, the most frequent reason first."""
    left = sorted(counts.get("not", {}).items(), key=lambda pair: -pair[1])
    return [(RULES.get(rule, rule.replace("_", " ")), number) for rule, number in left]
