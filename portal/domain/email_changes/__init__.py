"""Changing the address that one signs in with: asked for, verified by the new one, stopped by the old one."""

from portal.domain.email_changes.asking import request, waiting, withdraw
from portal.domain.email_changes.deciding import Held, confirm, find, stop
from portal.domain.email_changes.refusals import AddressTaken, SameAddress, TooManyChanges

__all__ = [
    "AddressTaken",
    "Held",
    "SameAddress",
    "TooManyChanges",
    "confirm",
    "find",
    "request",
    "stop",
    "waiting",
    "withdraw",
]
