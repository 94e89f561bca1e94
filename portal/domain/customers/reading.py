"""A customer's facts, as they are saved and as they are shown in the record of acts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import addresses, tax_ids
from portal.model import BusinessEntity, Customer

COLUMNS = (
    "name",
    "external_id",
    "email",
    "phone",
    "business_entity_id",
    "parent_id",
    "locale",
    "time_zone",
    "currency",
    "auto_charge",
    "communications",
    "tax_exempt",
    "tax_exempt_reason",
    "tax_exempt_evidence",
    "tax_exempt_until",
    "custom_data",
    "notes",
)


def saved(session: Session, customer: Customer, fields: set[str]) -> dict[str, object]:
    """Give what is saved for some of a customer's facts, in the shape that `change` takes."""
    facts = {field: getattr(customer, field) for field in COLUMNS if field in fields}
    billing = addresses.default(session, customer.id, "billing") if fields & {"billing", "shipping_same"} else None
    shipping = addresses.default(session, customer.id, "shipping") if fields & {"shipping", "shipping_same"} else None
    if "billing" in fields:
        facts["billing"] = billing.parts() if billing else None
    if "shipping" in fields:
        facts["shipping"] = shipping.parts() if shipping else None
    if "shipping_same" in fields:
        facts["shipping_same"] = billing is not None and shipping is not None and billing.id == shipping.id
    if "tax_ids" in fields:
        facts["tax_ids"] = [(row.kind, row.value) for row in tax_ids.of_customer(session, customer.id)]
    return facts


def shown(session: Session, customer: Customer) -> dict[str, object]:
    """Give the columns with names in place of ids, for people to read; they keep the column's name."""
    facts = {column: getattr(customer, column) for column in COLUMNS}
    with session.no_autoflush:
        facts["business_entity_id"] = session.scalar(select(BusinessEntity.name).where(BusinessEntity.id == customer.business_entity_id))
        if customer.parent_id:
            facts["parent_id"] = session.scalar(select(Customer.name).where(Customer.id == customer.parent_id))
    return facts
