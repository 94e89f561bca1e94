"""The second operator's answer, and the limits above which one is needed."""

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.validators import StopValidation

from portal.values.errors import BadValue
from portal.web.forms.fields import AmountField, CurrencyField, LineField, PickField
from portal.web.forms.fields.base import sibling


class DecisionForm(FlaskForm):
    """Decline a request, with a reason for who asked."""

    note = LineField("Reason", hint="For who asked. Needed to decline.")


class LimitAmountField(AmountField):
    """A limit: zero or more."""

    def parse(self, text: str, form: Form) -> int:
        if sibling(form, self.currency_from) is None:
            return 0  # the amount is read in a currency, and that one says for itself what is wrong
        minor = super().parse(text, form)
        if minor < 0:
            raise BadValue("A limit is 0 or more. With 0, a second operator approves everything.")
        return minor


class LimitForm(FlaskForm):
    """How much a role moves alone, in one currency."""

    role = PickField("Role", blank="Choose a role")
    currency = CurrencyField("Currency", blank="Choose a currency")
    amount = LimitAmountField(
        "Alone up to", currency_from="currency", required="A limit is missing: how much does the role move without a second operator?"
    )

    def validate_role(self, field: PickField) -> None:
        if field.data is None:
            raise StopValidation("A role is missing.")

    def validate_currency(self, field: CurrencyField) -> None:
        if field.data is None:
            raise StopValidation("A currency is missing: a limit holds for one.")
