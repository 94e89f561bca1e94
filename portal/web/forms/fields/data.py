"""Custom data, edited as JSON."""

from wtforms import Form
from wtforms.widgets import TextArea

from portal.values import custom_data
from portal.values.custom_data import BadJson
from portal.web.forms.fields.base import ParsedField


class CustomDataField(ParsedField):
    """A JSON object; `fault_line` and `fault_column` are where its first fault is, counted from 1."""

    widget = TextArea()
    kind = "json"
    fault: BadJson | None = None

    @property
    def nothing(self) -> dict:
        return {}

    @property
    def fault_line(self) -> int | None:
        return self.fault.line if self.fault else None

    @property
    def fault_column(self) -> int | None:
        return self.fault.column if self.fault else None

    def parse(self, text: str, form: Form) -> dict:
        return custom_data.parse_custom_data(text.replace("\r\n", "\n"))

    def write(self, value: dict | None) -> str:
        return custom_data.format_custom_data(value or {})
