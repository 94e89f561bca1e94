"""Adding and changing a customer: its columns, addresses, tax IDs, primary contact and search document in one act."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import addresses, audit, business_entities, contacts, search, tax_ids
from portal.domain.actors import Actor
from portal.domain.customers import attributes, conflicts, reading, rules
from portal.domain.customers.refusals import Taken
from portal.model import Customer
from portal.values import clock, emails


def add(session: Session, facts: dict, *, by: Actor) -> Customer:
    """Add a customer; only `name` is needed.

    `facts` has any of reading.COLUMNS, and `billing`, `shipping` (address parts or None), `shipping_same` (bool),
    `tax_ids` [(kind, value)], `attributes` {key: value} of the custom attributes; values parsed already. Without a business
    entity it gets the default one; attributes that are not given take their defaults.

    :raises Taken, EntityElsewhere, ParentMissing, AutoChargeNeedsGateway, AttributesWrong: see there.
    """
    facts = rules.complete(facts)
    customer = Customer(name=facts["name"], business_entity_id=facts.get("business_entity_id") or business_entities.default(session).id)
    rules.check(session, customer, facts, by=by)
    _set_columns(customer, facts)
    told = attributes.give(session, customer, facts.get("attributes"))
    session.add(customer)
    _flush(session)
    changes = {field: (None, value) for field, value in reading.shown(session, customer).items() if value not in (None, "", {}, False)}
    _record(session, customer, "customer.created", changes, told, by=by)
    _set_parts(session, customer, facts, by=by)
    return customer


def change(session: Session, customer: Customer, facts: dict, *, version: int | None, by: Actor) -> Customer:
    """Change a customer; only the given facts, which are those of `add`, and of the attributes only the given ones.

    `version` is the customer's as the writer last read it; None saves over whatever is there.

    :raises Changed: when somebody saved other values of these facts since that version.
    :raises Taken, EntityFixed, EntityElsewhere, ParentMissing, ParentLoop, AutoChargeNeedsGateway, AttributesWrong: see there.
    """
    session.flush()
    session.refresh(customer, attribute_names=[*Customer.__table__.columns.keys()], with_for_update=True)
    facts = rules.complete(facts)
    if version is not None and version != customer.version:
        conflicts.refuse_overwriting(session, customer, facts, version)
    rules.check(session, customer, facts, by=by)
    before = reading.shown(session, customer)
    _set_columns(customer, facts)
    told = attributes.change(session, customer, facts["attributes"]) if "attributes" in facts else attributes.NOTHING
    if (changes := audit.differences(before, reading.shown(session, customer))) or told.changes:
        customer.updated_at = clock.now()
        _flush(session)
        _record(session, customer, "customer.updated", changes, told, by=by)
    _set_parts(session, customer, facts, by=by)
    return customer


def _set_columns(customer: Customer, facts: dict) -> None:
    for column in reading.COLUMNS:
        if column in facts:
            setattr(customer, column, facts[column])
    if "email" in facts:
        customer.email_key = emails.email_key(facts["email"]) if facts["email"] else None


def _set_parts(session: Session, customer: Customer, facts: dict, *, by: Actor) -> None:
    """Set what has tables of its own: tax IDs, addresses, the primary contact, the search document."""
    if "email" in facts:
        contacts.sync_primary(session, customer, by=by)
    if "tax_ids" in facts:
        tax_ids.replace(session, customer, facts["tax_ids"], by=by)
    if facts.get("shipping_same"):
        billing = facts["billing"] if "billing" in facts else addresses.parts_of(session, customer.id, "billing")
        addresses.set_both(session, customer, billing, by=by)
    else:
        for role in addresses.ROLES:
            if role in facts:
                addresses.set_default(session, customer, role, facts[role], by=by)
    search.index(session, [customer.id])


def _flush(session: Session) -> None:
    """Write the row; two who take one ID or email in the same moment are told apart by the table."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        field = next((field for field in ("external_id", "email") if field in str(error.orig)), None)
        if field is None:
            raise
        raise Taken(field) from error


def _record(session: Session, customer: Customer, action: str, changes: dict, told: attributes.Told, *, by: Actor) -> None:
    audit.record(
        session,
        action,
        by=by,
        customer_id=customer.id,
        subject=customer,
        subject_name=customer.name,
        changes=changes | told.changes,
        facts={"version": customer.version} | told.facts,
    )
