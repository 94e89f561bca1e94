"""The form that begins a visit: as whom, and why."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.values.errors import BadValue
from portal.values.text import clean_line
from portal.web.forms.fields import ParsedField

SHORTEST, LONGEST = 5, 255


class ReasonField(ParsedField):
    """A line of words that somebody else reads later."""

    def parse(self, text: str, form: FlaskForm) -> str:
        line = clean_line(text)
        if len(line) < SHORTEST:
            raise BadValue("Say a little more: they read this.")
        if len(line) > LONGEST:
            raise BadValue(f"At most {LONGEST} characters.")
        return line


class VisitForm(FlaskForm):
    """As whom to look, and why."""

    person = RadioField("As whom", [InputRequired("Choose one of them.")], validate_choice=True)
    reason = ReasonField(
        "Why", hint="They read it on their Access page, beside your name.", required="Say why: they read it, and have a right to know."
    )

    def offer(self, people: Iterable[Contact]) -> None:
        """List who can be chosen; the only one is chosen already."""
        self.person.choices = [SelectChoice(str(one.id), _words(one)) for one in people]
        if len(self.person.choices) == 1 and not self.person.data:
            self.person.data = self.person.choices[0].value


def _words(one: Contact) -> str:
    role = ROLE_NAMES[one.portal_role].lower()
    return ", ".join(filter(None, (one.name, role, one.email if one.email != one.name else "")))
