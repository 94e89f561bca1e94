"""What is refused about a broadcast."""

from portal.domain.errors import Conflict, NotFound, Refusal
from portal.domain.letters.checking import Fault


class NoBroadcast(NotFound):
    """There is none of this id that the operator reaches."""

    sentence = "There is no such broadcast."


class BroadcastChanged(Conflict):
    """Somebody else saved in between."""

    sentence = "Somebody else changed this broadcast in the meantime. Look at it as it is now, then decide."


class NotInThisState(Conflict):
    """It is further on than the page that was acted on showed."""

    sentence = "This broadcast is further on than the page that you saw."


class WordsUnfit(Refusal):
    """The words are no letter; `faults` say where and why."""

    sentence = "These words cannot be sent yet."

    def __init__(self, faults: list[Fault]):
        super().__init__(field="body")
        self.faults = faults


class NotCounted(Refusal):
    """Nobody schedules what they do not know the size of."""

    sentence = "Who will get this is being counted still. Schedule it when the number stands."


class NobodyWill(Refusal):
    """There is nobody to send it to."""

    sentence = "Nobody would get this: see the reasons above, or choose another view or topic."


class NumberWrong(Refusal):
    """The number that was typed is not that of those who will get it."""


class InThePast(Refusal):
    """Its time is over."""

    sentence = "This time is over. Choose one that is still to come, or send it now."
