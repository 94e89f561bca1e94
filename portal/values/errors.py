"""The one error that every parser of a value raises."""


class BadValue(ValueError):
    """Say in one sentence what is wrong with a value; `suggestion` is what would fit, where that is known."""

    suggestion: str | None = None

    def __init__(self, sentence: str, suggestion: str | None = None):
        super().__init__(sentence)
        self.suggestion = suggestion
