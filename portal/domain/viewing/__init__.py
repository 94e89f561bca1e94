"""Visits: an operator looks at the portal as one of a customer's people, for half an hour, and changes nothing."""

from portal.domain.viewing.allowing import allow
from portal.domain.viewing.finding import Visit, find, found_over, of_customer, people
from portal.domain.viewing.refusals import ReadsOnly, VisitsOff
from portal.domain.viewing.visiting import LASTS, end, over, settle, start

__all__ = [
    "LASTS",
    "ReadsOnly",
    "Visit",
    "VisitsOff",
    "allow",
    "end",
    "find",
    "found_over",
    "of_customer",
    "over",
    "people",
    "settle",
    "start",
]
