"""What of the record a customer's people may see: acts and fields by name; what is not named is for operators."""

from portal.model.address import PARTS

ACTIONS = frozenset(
    {
        "address.added",
        "address.changed",
        "address.removed",
        "contact.added",
        "contact.changed",
        "contact.removed",
        "contact.verified",
        "customer.archived",
        "customer.communications",
        "customer.created",
        "customer.imported",
        "customer.restored",
        "customer.updated",
        "preference.changed",
        "preference.handed_over",
        "tax_ids.changed",
        "user.signed_in",
        "user.signed_out",
        "wallet.adjusted",
        "wallet.closed",
        "wallet.frozen",
        "wallet.opened",
        "wallet.reopened",
    }
)

CUSTOMER_FIELDS = frozenset(
    {
        "auto_charge",
        "billing",
        "business_entity_id",
        "communications",
        "currency",
        "email",
        "external_id",
        "locale",
        "name",
        "phone",
        "shipping",
        "status",
        "tax_exempt",
        "tax_exempt_until",
        "tax_ids",
        "time_zone",
    }
)
"""Of a customer's own columns; notes, evidence and custom data are the operators'."""


def fields(action: str, changes: dict) -> dict:
    """Give those changes of an act that a customer's people may see."""
    if not action.startswith("customer."):
        return changes
    return {field: change for field, change in changes.items() if field in CUSTOMER_FIELDS or field.removeprefix("shipping ") in PARTS}
