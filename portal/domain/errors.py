"""Refusals: what the product will not do, each with a name, its subject and a sentence a customer can read."""


class Refusal(Exception):
    """Base of all refusals. The edge turns one into a field error, a page or a problem document.

    `status` is the HTTP status an edge that speaks HTTP answers with; `field` the name of the field it belongs to.
    """

    status = 422
    sentence = "This cannot be done."

    def __init__(self, sentence: str = "", *, field: str = ""):
        super().__init__(sentence or self.sentence)
        self.field = field


class NotFound(Refusal):
    """What was asked for is not there, or not the asker's: the two are answered alike."""

    status = 404
    sentence = "There is nothing here."


class NotAllowed(Refusal):
    """The asker may see this but not do that."""

    status = 403
    sentence = "Your role may read this, not change it."


class Conflict(Refusal):
    """Somebody else saved in between; nothing of theirs is overwritten."""

    status = 409
    sentence = "Somebody else changed this in the meantime."
