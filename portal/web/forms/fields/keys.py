"""The key that lets a form be counted once."""

from uuid import UUID

from wtforms import Form
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from portal.values import ids
from portal.web.forms.fields.base import ParsedField


class OneTimeKey(ParsedField):
    """A hidden UUID, new with each form that is shown, the same when it is sent twice."""

    widget = HiddenInput()
    kind = "hidden"

    def __init__(self, label: str = "", **options):
        super().__init__(label, default=lambda: str(ids.new_id()), **options)

    def pre_validate(self, form: Form) -> None:
        try:
            self.data = str(UUID(self.raw or ""))
        except ValueError:
            raise StopValidation("This form has lost its key, by which it is counted once. Load the page anew and send it again.") from None
