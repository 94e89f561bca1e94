"""How early it is told that credit ends."""

from flask_wtf import FlaskForm
from wtforms import Form

from portal.domain.business_entities import NoticeWrong
from portal.values.errors import BadValue
from portal.web.forms.fields import ParsedField


class DaysField(ParsedField):
    """A number of days, in digits; how many there may be is the domain's to say."""

    kind = "number"

    def parse(self, text: str, form: Form) -> int:
        typed = text.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
            raise BadValue(NoticeWrong.sentence)
        return int(typed)


class NoticeForm(FlaskForm):
    """The days for one business entity."""

    days = DaysField("Days before", required=NoticeWrong.sentence)
