"""Two people for large movements: limits by role, requests that wait, and the second operator's yes or no."""

from portal.domain.approvals.asking import ask, withdraw
from portal.domain.approvals.deciding import approve, decline
from portal.domain.approvals.reading import RequestPage, count_waiting, find, waiting
from portal.domain.approvals.refusals import BeyondOwnLimit, Decided, NoteMissing, NotYours, OwnRequest
from portal.domain.wallet_limits import NeedsApproval, limit_of, limits, required, roles, set_limit

__all__ = [
    "BeyondOwnLimit",
    "Decided",
    "NeedsApproval",
    "NotYours",
    "NoteMissing",
    "OwnRequest",
    "RequestPage",
    "approve",
    "ask",
    "count_waiting",
    "decline",
    "find",
    "limit_of",
    "limits",
    "required",
    "roles",
    "set_limit",
    "waiting",
    "withdraw",
]
