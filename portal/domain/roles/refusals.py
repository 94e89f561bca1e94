"""What is refused about roles, by name."""

from portal.domain.errors import NotAllowed, Refusal


class UnknownRole(Refusal):
    """There is no such role for operators, or it has ended."""


class NameTaken(Refusal):
    """Two roles of one name cannot be told apart."""

    def __init__(self, name: str):
        super().__init__(f"There is a role called “{name}” already.", field="name")


class NoWords(Refusal):
    """A role is a name and what it may do; one of the two is missing."""


class StillHeld(Refusal):
    """A role that somebody has cannot end."""

    def __init__(self, holders: int):
        have = "One operator has" if holders == 1 else f"{holders} operators have"
        super().__init__(f"{have} this role. Give them another one first.")


class MoreThanYours(NotAllowed):
    """Nobody gives, changes or takes away what they do not have."""

    sentence = "This role may do what yours may not. Somebody who may do as much has to do it."
