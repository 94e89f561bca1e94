"""Operators and their roles: who, in which role, at which business entities; what a role may do."""

from collections.abc import Iterable
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.errors import Refusal
from portal.domain.permissions import OPERATOR, by_noun
from portal.model import BusinessEntity
from portal.web.filters import told
from portal.web.forms.fields import EmailField, NameField, PickField


class Ticks(SelectMultipleField):
    """Several of a list, each a tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PlaceForm(FlaskForm):
    """A role, and the business entities it is limited to: none ticked means all."""

    role = PickField("Role", blank="Choose a role")
    entities = Ticks(
        "Only at these business entities",
        description="None ticked: at all. A role limited to some sees their customers only, and no imports, settings or operators.",
    )

    def offer(self, roles: Iterable, entities: list[BusinessEntity]) -> None:
        """Offer the roles that the giver may give; business entities where there are several."""
        self.role.choices = [(role.key, role.name) for role in roles]
        self.entities.choices = [(str(one.id), one.name) for one in entities]
        if len(entities) < 2:
            del self.entities

    def validate_role(self, field: PickField) -> None:
        if field.data is None:
            field.errors = [*field.errors, "Choose what they may do."]

    @property
    def entity_ids(self) -> list[UUID]:
        return [UUID(one) for one in self.entities.data or ()] if self.entities else []

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on the field that it is about, else on the form."""
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, told(refusal)]
        else:
            self.form_errors.append(told(refusal))


class InviteOperatorForm(PlaceForm):
    """Invite an operator."""

    email = EmailField("Email", required="The email address is missing: the invite goes there.")


class RoleForm(FlaskForm):
    """A role of one's own: its name, and what it may do, by noun."""

    name = NameField("Name", required="A name is missing: what people will read beside each other's names.", maximum=60)
    words = Ticks("May")

    put = PlaceForm.put

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.words.choices = list(OPERATOR.items())

    @property
    def groups(self) -> list[tuple[str, list]]:
        """Give the ticks by noun: (noun in words, its ticks)."""
        ticks = {tick.data: tick for tick in self.words}
        return [(label, [ticks[word] for word in words]) for label, words in by_noun().items()]
