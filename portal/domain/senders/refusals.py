"""What is refused about senders."""

from portal.domain.errors import Conflict, Refusal


class SenderWrong(Refusal):
    """A sender cannot be set up so; `field` is the fact that is wrong."""


class SenderInUse(Conflict):
    """The sender is the one that mail goes out from."""

    sentence = "This is the default sender. Make another one the default first."


class NothingToDrop(Conflict):
    """There is no key that waits for its record."""

    sentence = "No new key is waiting. The one in use stays."
