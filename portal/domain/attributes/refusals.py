"""What is wrong with attributes: with a definition, or with the values of a customer."""

from portal.domain.errors import Refusal


class DefinitionWrong(Refusal):
    """A definition cannot be as asked; `field` is the part of it that is wrong."""


class AttributesWrong(Refusal):
    """Values that do not fit their attributes; `by_key` is {key: sentence}, `field` is "attributes.<key>" of the first."""

    def __init__(self, by_key: dict[str, str], labels: dict[str, str]):
        key, sentence = next(iter(by_key.items()))
        super().__init__(f"{labels[key]}: {sentence}" if key in labels else sentence, field=f"attributes.{key}")
        self.by_key = by_key
