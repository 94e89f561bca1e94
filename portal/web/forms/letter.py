"""The words of a letter, as an operator writes them."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.widgets import TextArea

from portal.domain.letters import Words
from portal.domain.letters.checking import Fault
from portal.web.forms.fields import LineField


class SourceField(StringField):
    """Text that stays exactly as it was typed; what is wrong with it is the domain's to say."""

    kind = "text"

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n")

    def _value(self) -> str:
        return self.data or ""


class BodyField(SourceField):
    """The body, in the markup."""

    kind = "textarea"
    widget = TextArea()


class WordsForm(FlaskForm):
    """Subject, preheader and body; `entity` and `locale` say for whom, `version` which version they were made from."""

    entity = HiddenField()
    locale = HiddenField()
    customer = HiddenField()
    version = HiddenField()
    subject = SourceField("Subject")
    preheader = SourceField("Preheader", description="What mailboxes show behind the subject.")
    body = BodyField("Words")
    note = LineField("Note", hint="What is new, for those who compare versions later.", maximum=200)

    @property
    def words(self) -> Words:
        """What was typed."""
        return Words(self.subject.data or "", self.preheader.data or "", self.body.data or "", self.locale.data or "")

    @property
    def made_from(self) -> int:
        """The number of the version that it was made from."""
        return int(self.version.data) if (self.version.data or "").isascii() and (self.version.data or "").isdigit() else 0

    def put(self, faults: list[Fault]) -> None:
        """Put each fault on its field, those of the body with their line."""
        for fault in faults:
            field = self[fault.field]
            sentence = f"Line {fault.line}: {fault.sentence}" if fault.field == "body" else fault.sentence
            field.errors = [*field.errors, sentence]
