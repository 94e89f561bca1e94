"""What is refused about contacts, by name."""

from portal.domain.errors import Conflict, NotAllowed, Refusal
from portal.model import Contact


class EmailTaken(Refusal):
    """Another contact of the same customer has this address."""

    def __init__(self, holder: Contact):
        who = "A contact without a name" if holder.name == holder.email else holder.name
        super().__init__(f"{who} has this address here already.", field="email")
        self.holder = holder


class PrimaryStays(Refusal):
    """The primary contact is the customer's own address; it changes and goes with that."""

    sentence = "This is the customer's own address. Change or empty it in the customer's details."


class LastOwner(Refusal):
    """The last owner cannot leave by an act of the customer's own people: nobody could manage the portal any more."""

    sentence = "This is the last owner in the portal. Make somebody else an owner first."


class OwnersOnly(NotAllowed):
    """Only owners say who may enter, and only they change and remove owners."""

    sentence = "Only an owner can say who may enter the portal, and change or remove an owner."


class AddressInUse(Refusal):
    """Somebody signs in with this address, so a colleague cannot put another in its place."""

    sentence = "Somebody signs in with this address. Add the new address as a contact of its own, then remove this one."


class Changed(Conflict):
    """Somebody else changed the contact since it was shown."""

    sentence = "Somebody changed this contact while you had it open. Below is what you typed; saving once more puts it in place of theirs."


class PrimaryUnreachable(Refusal):
    """Mail to the address comes back, and the primary contact is whom the customer is reached by."""

    sentence = "Mail to this address comes back, so it cannot be the customer's own. Correct it, or have it confirmed first."


class SameContact(Refusal):
    """One contact is made of two of the same customer."""

    sentence = "Choose another contact of the same customer."


class LaterMerger(Conflict):
    """A merge that came after is undone first: what stood in between is known only then."""

    def __init__(self, gone: Contact, keep: Contact):
        super().__init__(f"{gone.name} became a part of {keep.name} after that. Undo that first.")
        self.gone = gone


class PrimarySince(Conflict):
    """The one that stayed has the customer's own address, which was the other's."""

    def __init__(self, keep: Contact):
        super().__init__(f"{keep.name} is the primary contact with this address by now. Make somebody else primary first.")
