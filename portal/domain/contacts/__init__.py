"""The people at a customer: the primary contact follows the customer's own email, all others are secondary."""

from portal.domain.contacts.access import AlreadyEntered, Invite, NoRole, Unreachable, invite, invite_of
from portal.domain.contacts.changing import FIELDS, add, change, remove
from portal.domain.contacts.finding import find, of_customer
from portal.domain.contacts.leaving import elsewhere, find_removed, names, parts_of, removed, restorable
from portal.domain.contacts.merging import Plan, merge, plan
from portal.domain.contacts.primary import sync_primary
from portal.domain.contacts.refusals import (
    AddressInUse,
    Changed,
    EmailTaken,
    LastOwner,
    LaterMerger,
    OwnersOnly,
    PrimarySince,
    PrimaryStays,
    PrimaryUnreachable,
    SameContact,
)
from portal.domain.contacts.restoring import restore
from portal.domain.contacts.tracing import FIELDS as MERGED
from portal.domain.contacts.undo_plan import Undoing, undoing, undone_lately
from portal.domain.contacts.verifying import ConfirmedAlready, ask_to_confirm, verify

__all__ = [
    "FIELDS",
    "MERGED",
    "AddressInUse",
    "AlreadyEntered",
    "Changed",
    "ConfirmedAlready",
    "EmailTaken",
    "Invite",
    "LastOwner",
    "LaterMerger",
    "NoRole",
    "OwnersOnly",
    "Plan",
    "PrimarySince",
    "PrimaryStays",
    "PrimaryUnreachable",
    "SameContact",
    "Undoing",
    "Unreachable",
    "add",
    "ask_to_confirm",
    "change",
    "elsewhere",
    "find",
    "find_removed",
    "invite",
    "invite_of",
    "merge",
    "names",
    "of_customer",
    "parts_of",
    "plan",
    "remove",
    "removed",
    "restorable",
    "restore",
    "sync_primary",
    "undoing",
    "undone_lately",
    "verify",
]
