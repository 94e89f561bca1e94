"""What keeps a brand from being changed."""

from portal.domain.errors import Conflict, Refusal


class BrandWrong(Refusal):
    """Something that every letter says is missing."""


class BrandChanged(Conflict):
    """Somebody else saved other words in the same place since they were shown; `theirs` are those, by field."""

    sentence = "Somebody changed this brand in the meantime. Nothing of yours has been saved yet."

    def __init__(self, theirs: dict[str, str]):
        super().__init__()
        self.theirs = theirs


class LogoChanged(Conflict):
    """Somebody else put another logo in place, or took it away, since it was shown."""

    sentence = "Somebody changed the logo while you had this open. It is shown as it is now; nothing of yours was saved."
