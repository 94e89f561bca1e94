"""Refusals: what the product will not do, each with a name, its subject and a sentence a customer can read."""

from portal.values.money import Money, format_amount


class Refusal(Exception):
    """Base of all refusals. The edge turns one into a field error, a page or a problem document.

    `status` is the HTTP status an edge that speaks HTTP answers with; `field` the name of the field it belongs to.
    A sentence with amounts in it is a template, and `facts` fill it: a `Money` named "floor" is written "12.50 EUR" where
    the template has {floor}, and "12.50" where it has {floor:figures}. Without facts a sentence stands as it is, braces too.
    """

    status = 422
    sentence = "This cannot be done."

    def __init__(self, sentence: str = "", *, field: str = "", **facts: object):
        self.template = sentence or self.sentence
        self.facts = facts
        self.field = field
        super().__init__(self.told())

    def told(self, locale: str = "en") -> str:
        """Give the sentence, its amounts in the notation of a locale."""
        if not self.facts:
            return self.template
        written = {name: _Amount(fact, locale) if isinstance(fact, Money) else fact for name, fact in self.facts.items()}
        return self.template.format_map(written)


class _Amount:
    """An amount in a sentence: with its currency, or as figures alone."""

    def __init__(self, held: Money, locale: str):
        self.held, self.locale = held, locale

    def __format__(self, how: str) -> str:
        figures = format_amount(*self.held, self.locale)
        return figures if how == "figures" else f"{figures} {self.held.currency}"


class NotFound(Refusal):
    """What was asked for is not there, or not the asker's: the two are answered alike."""

    status = 404
    sentence = "There is nothing here."


class NotAllowed(Refusal):
    """The asker may see this but not do that."""

    status = 403
    sentence = "Your role may read this, not change it."


class Conflict(Refusal):
    """Somebody else saved in between; nothing of theirs is overwritten."""

    status = 409
    sentence = "Somebody else changed this in the meantime."
