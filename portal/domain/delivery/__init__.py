"""What is told of messages after they were handed over: by providers, by mailboxes, by the receiving servers themselves."""

from portal.domain.delivery.hooks import PROVIDERS, Hook, hook, hooks, secret_of, set_hook, switch_off
from portal.domain.delivery.taking import Taken, take, unmatched

__all__ = ["PROVIDERS", "Hook", "Taken", "hook", "hooks", "secret_of", "set_hook", "switch_off", "take", "unmatched"]
