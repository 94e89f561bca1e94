"""Why a request is not made, or not decided."""

from portal.domain.errors import Conflict, NotAllowed, Refusal
from portal.values.money import Money


class OwnRequest(NotAllowed):
    """Two people, not one twice."""

    sentence = "You asked for this yourself: another operator decides."


class NotYours(NotAllowed):
    """Who asked may take it back."""

    sentence = "Only the one who asked takes a request back. You can decline it."


class BeyondOwnLimit(NotAllowed):
    """The second operator's own limit is below the amount; in minor units."""

    def __init__(self, limit: int, currency: str):
        self.limit, self.currency = limit, currency
        super().__init__("Your own limit is {limit}: somebody with a higher one approves this.", limit=Money(limit, currency))


class Decided(Conflict):
    """Somebody was faster."""

    def __init__(self, state: str, name: str):
        self.state = state
        super().__init__(f"This request was {state}{f' by {name}' if name else ''} already.")


class NoteMissing(Refusal):
    """A no without a reason leaves the asker guessing."""

    def __init__(self):
        super().__init__("A reason is missing: who asked will look for it.", field="note")
