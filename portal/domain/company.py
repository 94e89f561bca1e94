"""What a customer's people change about their own company."""

from sqlalchemy.orm import Session

from portal.domain import addresses, contacts, customers, messages
from portal.domain.activity import Reader
from portal.domain.activity.values import change_lines
from portal.domain.actors import Actor
from portal.domain.letters.phrases import Phrase, say
from portal.model import BusinessEntity, Contact, Customer
from portal.model.address import PARTS
from portal.values import clock

ROLES = ("billing", "shipping")
# Translators: address_changed, a part of an address: {part}
_PARTS = {
    "line1": say("line 1"),
    "line2": say("line 2"),
    "line3": say("line 3"),
    "city": say("city"),
    "state": say("state or region"),
    "postal_code": say("postal code"),
    "country": say("country"),
    "phone": say("phone"),
}


def change_addresses(session: Session, customer: Customer, facts: dict, *, version: int | None, by: Actor) -> bool:
    """Change the default addresses, and tell the primary contact; give whether anything changed.

    `facts` has billing and shipping (address parts or None) and shipping_same, as `customers.change` takes them; `version`
    is the customer's as the writer last read it.

    :raises customers.Changed: when somebody saved other addresses since that version.
    """
    before = _parts(session, customer)
    customers.change(session, customer, facts, version=version, by=by)
    after = _parts(session, customer)
    if before == after:
        return False
    primary = next((contact for contact in contacts.of_customer(session, customer.id) if contact.is_primary), None)
    if primary is not None:
        _tell(session, customer, primary, before, after, by)
    return True


def _parts(session: Session, customer: Customer) -> dict[str, dict[str, str]]:
    kept = {role: addresses.default(session, customer.id, role) for role in ROLES}
    return {role: address.parts() if address is not None else {} for role, address in kept.items()}


def _tell(session: Session, customer: Customer, primary: Contact, before: dict, after: dict, by: Actor) -> None:
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    to = messages.recipient(primary, customer, entity)
    reader = Reader(locale=to.locale, time_zone=to.time_zone)
    messages.queue(
        session,
        "address_changed",
        to=to,
        facts={
            "customer_name": customer.name,
            "contact_name": primary.first_name or primary.name,
            "changes": [line for role in ROLES for line in _lines(role, before[role], after[role], reader)],
            "changed_by": by.name or say("Somebody"),
            "changed_at": clock.now().isoformat(),
        },
        why=say("You get this as primary contact of {customer}, whenever company details change.", customer=customer.name),
        key=f"address-changed:{customer.id}:{customer.version}",
        entity_id=entity.id,
    )


def _lines(role: str, before: dict, after: dict, reader: Reader) -> list[dict]:
    """Write the letter's lines: {what, before, after}."""
    lines = []
    for part in PARTS:
        for line in change_lines({part: [before.get(part), after.get(part)]}, reader):
            lines.append({"what": _what(role, part), "before": line.before or "", "after": line.after or ""})
    return lines


def _what(role: str, part: str) -> Phrase:
    """Name a part of the billing or the shipping address."""
    if role == "billing":
        # Translators: address_changed, {part} of the billing address has changed
        return say("Billing, {part}", part=_PARTS[part])
    # Translators: address_changed, {part} of the shipping address has changed
    return say("Shipping, {part}", part=_PARTS[part])
