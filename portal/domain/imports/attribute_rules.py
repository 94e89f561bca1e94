"""The custom attributes of an import, held against its rows: what a new customer has, what of a kept one changes."""

from collections.abc import Sequence
from uuid import UUID

from portal.domain import attributes
from portal.domain.attributes import Column
from portal.domain.imports.customer_rows import CustomerRow
from portal.domain.imports.looking import uuid_of
from portal.domain.imports.matching import Kept
from portal.values.attributes import write_attribute

Wrong = list[tuple[str, str, str]]
"""What is wrong with a row: column, value, reason."""


class AttributeRules:
    """What the definitions of one moment say; without any nothing is asked."""

    def __init__(self, columns: Sequence[Column], entity_id: UUID | None):
        self.any = bool(columns)
        self._columns = columns
        self._entity_id = entity_id
        self._of_entity: dict[UUID | None, list[Column]] = {}

    def settle(self, row: CustomerRow) -> Wrong:
        """Give the row of a new customer all that it will have, the defaults of what its row does not say; or say what is wrong."""
        mine = self._of(self._entity_id)
        kept = attributes.defaults(mine)
        wrong = attributes.check(mine, row.attributes, kept)
        if not wrong:
            row.attributes = kept | row.attributes
        return self._named(wrong, row)

    def changes(self, row: CustomerRow, kept: Kept) -> dict[str, object]:
        """Give what the row says otherwise than is kept."""
        return {key: value for key, value in row.attributes.items() if value != kept.attributes.get(key)}

    def judge(self, row: CustomerRow, kept: Kept, changes: dict[str, object]) -> Wrong:
        """Say what is wrong with changes to a kept customer."""
        return self._named(attributes.check(self._of(uuid_of(kept.business_entity_id)), changes, kept.attributes), row)

    def _of(self, entity_id: UUID | None) -> list[Column]:
        if entity_id not in self._of_entity:
            self._of_entity[entity_id] = [one for one in self._columns if one.business_entity_id in (None, entity_id)]
        return self._of_entity[entity_id]

    def _named(self, wrong: dict[str, str], row: CustomerRow) -> Wrong:
        known = {one.key: one for one in self._columns}
        return [
            (known[key].name, write_attribute(known[key].kind, row.attributes.get(key)), f"{known[key].label}: {sentence}")
            for key, sentence in wrong.items()
        ]
