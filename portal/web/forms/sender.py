"""A sender: the name and address that mail goes out from, and where answers go."""

from uuid import UUID

from flask_wtf import FlaskForm

from portal.domain.errors import Refusal
from portal.model import BusinessEntity
from portal.values.errors import BadValue
from portal.web.filters import told
from portal.web.forms.fields import EmailField, NameField, PickField


class OneLineName(NameField):
    """A name that becomes part of a header: what would be a line of its own is refused, not mended."""

    def parse(self, text: str, form) -> str:
        if len(text.strip().splitlines()) > 1:
            raise BadValue("A name stands on one line.")
        return super().parse(text, form)


class SenderForm(FlaskForm):
    """Add or change a sender; `offer` the business entities where it is a new one."""

    entity = PickField("Business entity", blank="Choose a business entity")
    name = OneLineName("Name", required="The name is missing.", hint="What readers see first, as in Northwind Billing.")
    address = EmailField("Address", required="The address is missing.", hint="At a domain of your own, as in billing@example.com.")
    reply_to = EmailField("Answers go to", hint="Left empty, they go to the address itself.")

    def offer(self, entities: list[BusinessEntity] | None) -> None:
        """Ask for the business entity of a new sender where there are several; None for a sender that has one."""
        if entities is None or len(entities) < 2:
            del self.entity
        else:
            self.entity.choices = [(str(one.id), one.name) for one in entities]

    def validate_entity(self, field: PickField) -> None:
        if field.data is None:
            field.errors = [*field.errors, "Choose whose mail it is."]

    @property
    def entity_id(self) -> UUID | None:
        return UUID(self.entity.data) if self.entity else None

    def facts(self) -> dict:
        """Give what was read as `senders.add` and `senders.change` take it."""
        return {"name": self.name.data, "address": self.address.data, "reply_to": self.reply_to.data or ""}

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on the field that it is about, else on the form."""
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, told(refusal)]
        else:
            self.form_errors.append(told(refusal))
