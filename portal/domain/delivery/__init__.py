"""What is told of messages after they were handed over: by providers, by mailboxes, by the receiving servers themselves."""

from portal.domain.delivery.hooks import OVERLAP, PROVIDERS, Hook, end_former, forget_former, hook, hooks, secrets_of, set_hook, switch_off
from portal.domain.delivery.taking import Taken, take, unmatched

__all__ = [
    "OVERLAP",
    "PROVIDERS",
    "Hook",
    "Taken",
    "end_former",
    "forget_former",
    "hook",
    "hooks",
    "secrets_of",
    "set_hook",
    "switch_off",
    "take",
    "unmatched",
]
