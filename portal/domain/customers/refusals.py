"""What cannot be done to a customer, and why."""

from datetime import datetime

from portal.domain.errors import Conflict, Refusal


class Taken(Refusal):
    """Another customer has this ID or email; `holder` is (id, name) of whose it is."""

    def __init__(self, field: str, holder=None):
        thing = {"external_id": "This ID", "email": "This email"}[field]
        super().__init__(f"{thing} belongs to {holder.name if holder else 'another customer'}.", field=field)
        self.holder = holder


class EntityFixed(Refusal):
    """The business entity cannot change once money has moved."""

    def __init__(self, since: datetime):
        day = f"{since.day} {since:%b %Y}"
        super().__init__(f"Fixed since the first wallet entry, on {day}.", field="business_entity_id")
        self.since = since


class EntityElsewhere(Refusal):
    """The actor is limited to other business entities, and would lose sight of the customer."""

    sentence = "Choose one of the business entities that your role is limited to."


class ParentLoop(Refusal):
    """A customer cannot stand below itself."""

    def __init__(self, name: str):
        super().__init__(f"{name} is below this customer already: the two would be each other's parent.", field="parent_id")


class ParentMissing(Refusal):
    """The parent is not a customer, or is the customer itself."""

    def __init__(self, sentence: str = "This parent is not a customer here."):
        super().__init__(sentence, field="parent_id")


class AutoChargeNeedsGateway(Refusal):
    """There is nothing to charge with."""

    def __init__(self):
        super().__init__("Needs a payment gateway. None is set up.", field="auto_charge")


class Changed(Conflict):
    """Somebody saved the same customer in between.

    `theirs` is {field: what is saved now}, in the shape of `change`'s facts, for each field that they changed and that
    differs from what was about to be saved; an attribute is a field "attributes.<key>". `who` and `at` of the last save,
    where known; `version` the one to send to save over it.
    """

    def __init__(self, theirs: dict[str, object], *, version: int, who: str = "", at: datetime | None = None):
        words = "saved this customer while you were writing. Nothing of yours is lost, nothing of theirs overwritten."
        super().__init__(f"{who or 'Somebody else'} {words}")
        self.theirs = theirs
        self.version = version
        self.who = who
        self.at = at
