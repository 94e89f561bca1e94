"""What is refused about providers, and about the people they speak for."""

from portal.domain.errors import Refusal


class ProviderWrong(Refusal):
    """A provider cannot be set up so; `field` is the fact that is wrong."""


class NotAdmitted(Refusal):
    """A provider's word about a person is not enough to sign them in; `why` is a word for the record."""

    status = 403

    def __init__(self, why: str, sentence: str):
        super().__init__(sentence)
        self.why = why


class AnsweredAlready(Refusal):
    """A provider's answer was used before."""

    sentence = "This answer was used already."
