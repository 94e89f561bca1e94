"""What is refused when choosing, and who would take over."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.errors import Conflict, Refusal
from portal.domain.topics import Topic
from portal.model import Contact


@dataclass(frozen=True)
class Loss:
    """A topic whose last readers would leave; `successor` would take over, where there is anybody."""

    topic: Topic
    leaving: tuple[Contact, ...]
    successor: Contact | None

    @property
    def sentence(self) -> str:
        """Say who is the last, and who would get it instead."""
        names = together([contact.name for contact in self.leaving])
        verb, last = ("are", "the last who get") if len(self.leaving) > 1 else ("is", "the last who gets")
        said = f"{names} {verb} {last} {self.topic.words}."
        if self.successor is None:
            return f"{said} Nobody else here can take over: choose or add somebody for {self.topic.pronoun} first."
        return f"{said} {self.successor.name} would get {self.topic.pronoun} instead."


class LastRecipient(Refusal):
    """Billing topics would reach nobody any more. `losses` names each with the one who would take over."""

    def __init__(self, losses: Sequence[Loss]):
        super().__init__(" ".join(loss.sentence for loss in losses), field=losses[0].topic.key)
        self.losses = tuple(losses)
        self.topic, self.successor = losses[0].topic, losses[0].successor
        self.contact = losses[0].leaving[0]

    @property
    def can_hand_over(self) -> bool:
        return all(loss.successor is not None for loss in self.losses)

    @property
    def offer(self) -> str:
        """The words of the button that hands over: "Let Marta get them instead"."""
        successors = list(dict.fromkeys(loss.successor.first_name or loss.successor.name for loss in self.losses if loss.successor))
        pronoun = self.topic.pronoun if len(self.losses) == 1 else "them"
        return f"Let {together(successors)} get {pronoun} instead"


class NewerChoice(Conflict):
    """What is to be undone does not hold any more: something newer was chosen."""

    sentence = "Something newer was chosen here in the meantime, so there is nothing to undo."


def together(names: Sequence[str]) -> str:
    """Join names as a sentence does: "Ann, Bo and Cy"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
