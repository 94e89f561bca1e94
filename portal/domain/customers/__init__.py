"""Customers: found, added, changed, archived, restored; each act records itself."""

from portal.domain.customers.archiving import archive, restore
from portal.domain.customers.changing import add, change
from portal.domain.customers.finding import find, id_of, names
from portal.domain.customers.looking import CustomerRow, look
from portal.domain.customers.refusals import (
    AutoChargeNeedsGateway,
    Changed,
    EntityFixed,
    ParentLoop,
    ParentMissing,
    Taken,
)

__all__ = [
    "AutoChargeNeedsGateway",
    "Changed",
    "CustomerRow",
    "EntityFixed",
    "ParentLoop",
    "ParentMissing",
    "Taken",
    "add",
    "archive",
    "change",
    "find",
    "id_of",
    "look",
    "names",
    "restore",
]
