"""What is refused when a view is saved."""

from portal.domain.errors import Conflict, NotFound, Refusal


class NoSuchView(NotFound):
    """There is no view of this id that the operator sees."""

    sentence = "There is no such view any more."


class NotYours(Conflict):
    """A shared view is changed by the one who saved it."""

    sentence = "This view is somebody else’s. Open it and save it under a name of your own."


class NameTaken(Refusal):
    """Two views of one name cannot be told apart in the margin."""

    sentence = "There is a view of this name already."


class TooManyViews(Refusal):
    """A margin of so many is no margin."""


class NothingToSave(Refusal):
    """A view that shows all customers in the usual order is there already."""

    sentence = "Nothing narrows the list, and nothing orders it. Add a filter first, then save."
