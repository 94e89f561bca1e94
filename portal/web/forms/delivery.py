"""The forms of delivery: an address that is not written to, and where a provider reports."""

from flask_wtf import FlaskForm
from wtforms.validators import StopValidation

from portal.domain.errors import Refusal
from portal.domain.suppressions import REASONS, offered_scopes
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.fields import EmailField, LineField, PickField

BY_HAND = ("asked", "operator", "bounced")


class SuppressionForm(FlaskForm):
    """Stop mail to an address."""

    address = EmailField("Address", required="An address is missing.")
    scope = PickField("What is stopped", choices=lambda: offered_scopes(session()).items())
    reason = PickField(
        "Why",
        choices=[(reason, REASONS[reason]) for reason in BY_HAND],
        hint="Essential mail goes on, unless mail comes back: then only a sign-in link that somebody asks for is tried.",
    )
    note = LineField("Note", hint="For whoever wonders later.")

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on its field."""
        field = self.scope if refusal.field == "scope" else self.address
        field.errors = [*field.errors, told(refusal)]


class TopicForm(FlaskForm):
    """The topic of Amazon SNS whose reports are taken."""

    topic = LineField("Topic ARN", hint="As in arn:aws:sns:eu-central-1:123456789012:portal-mail. Reports of other topics are refused.")

    def validate_topic(self, field: LineField) -> None:
        if not field.data:
            raise StopValidation("The topic is missing: without it, anybody’s topic would be believed.")
