"""The people at a customer: the primary contact follows the customer's own email, all others are secondary."""

from portal.domain.contacts.access import AlreadyEntered, Invite, NoRole, Unreachable, invite, invite_of
from portal.domain.contacts.changing import FIELDS, add, change, remove
from portal.domain.contacts.finding import find, of_customer
from portal.domain.contacts.primary import sync_primary
from portal.domain.contacts.refusals import AddressInUse, Changed, EmailTaken, LastOwner, OwnersOnly, PrimaryStays
from portal.domain.contacts.restoring import restore
from portal.domain.contacts.verifying import verify

__all__ = [
    "FIELDS",
    "AddressInUse",
    "AlreadyEntered",
    "Changed",
    "EmailTaken",
    "Invite",
    "LastOwner",
    "NoRole",
    "OwnersOnly",
    "PrimaryStays",
    "Unreachable",
    "add",
    "change",
    "find",
    "invite",
    "invite_of",
    "of_customer",
    "remove",
    "restore",
    "sync_primary",
    "verify",
]
