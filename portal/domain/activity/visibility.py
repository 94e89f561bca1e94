"""What of the record a customer's people may see: acts and fields by name; what is not named is for operators."""

from portal.model.address import PARTS

ACTIONS = frozenset(
    {
        "address.added",
        "address.changed",
        "address.removed",
        "contact.added",
        "contact.changed",
        "contact.invited",
        "contact.merged",
        "contact.removed",
        "contact.restored",
        "contact.unmerged",
        "contact.verified",
        "customer.archived",
        "customer.communications",
        "customer.created",
        "customer.imported",
        "customer.restored",
        "customer.support_access",
        "customer.updated",
        "email_change.done",
        "email_change.requested",
        "email_change.stopped",
        "email_change.withdrawn",
        "factor.added",
        "factor.removed",
        "factor.replaced",
        "identity.tied",
        "identity.untied",
        "passkey.added",
        "passkey.removed",
        "preference.changed",
        "preference.handed_over",
        "preference.left_unread",
        "provider.added",
        "provider.changed",
        "provider.removed",
        "recovery.made",
        "recovery.used",
        "sign_in.refused",
        "sign_in.requested",
        "sign_in.vouched",
        "statement.issued",
        "tax_ids.changed",
        "user.password_changed",
        "user.password_removed",
        "user.password_set",
        "user.signed_in",
        "user.signed_out",
        "view.ended",
        "view.started",
        "wallet.adjusted",
        "wallet.closed",
        "wallet.credit_expired",
        "wallet.frozen",
        "wallet.grant_revoked",
        "wallet.opened",
        "wallet.reopened",
        "wallet.reversed",
        "wallet.threshold_changed",
        "wallet.transferred",
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
        "support_access",
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
