"""The people at a customer: the primary contact follows the customer's own email, all others are secondary."""

from portal.domain.contacts.changing import FIELDS, add, change, remove
from portal.domain.contacts.finding import find, of_customer
from portal.domain.contacts.primary import sync_primary
from portal.domain.contacts.refusals import AddressInUse, Changed, EmailTaken, LastOwner, OwnersOnly, PrimaryStays

__all__ = [
    "FIELDS",
    "AddressInUse",
    "Changed",
    "EmailTaken",
    "LastOwner",
    "OwnersOnly",
    "PrimaryStays",
    "add",
    "change",
    "find",
    "of_customer",
    "remove",
    "sync_primary",
]
