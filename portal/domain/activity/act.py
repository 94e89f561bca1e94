"""An act of the record, as it is to be told."""

from dataclasses import dataclass

from portal.domain.activity.events import Part, Reader

Predicate = tuple[Part, ...]


@dataclass(frozen=True)
class Act:
    """An act as it is to be told: its name, the subject's name, the changes and facts that the reader may know."""

    action: str
    subject: str
    changes: dict
    facts: dict
    reader: Reader

    @property
    def currency(self) -> str:
        return self.facts.get("currency") or ""

    def after(self, field: str) -> object:
        """Give what a field became."""
        pair = self.changes.get(field)
        return pair[1] if isinstance(pair, list | tuple) and len(pair) == 2 else None
