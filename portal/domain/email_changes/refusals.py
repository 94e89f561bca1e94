"""What is refused about changes of address, by name."""

from portal.domain import throttles
from portal.domain.errors import Conflict, Refusal


class SameAddress(Refusal):
    """The address is the one there is."""

    sentence = "This is your address already."


class TooManyChanges(Refusal):
    """Somebody asks for very many changes."""

    status = 429

    def __init__(self, seconds: int):
        super().__init__(
            f"There were many tries in a short time. The next one can be made in {throttles.in_words(seconds)}.", field="email"
        )


class AddressTaken(Conflict):
    """Said to whoever reads the address's mail, and to nobody else: it belongs to another sign-in by now."""

    sentence = "This address has come to belong to somebody's sign-in already. Nothing has changed."
