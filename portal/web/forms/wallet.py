"""The forms of a wallet: opening one, adding to it and deducting from it, its status and its floor."""

from flask_wtf import FlaskForm
from wtforms import Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.domain.ledger import REASONS, Reason
from portal.model import Wallet
from portal.values.errors import BadValue
from portal.web.forms.fields import AmountField, CurrencyField, DayField, LineField, OneTimeKey, PickField, ProseField

DIRECTIONS = [SelectChoice("add", "Add to the balance"), SelectChoice("deduct", "Deduct from the balance")]
SIGNS = ("+", "-", "\u2212", "\u2013")


class SizeField(AmountField):
    """An amount above zero: which way it goes is chosen beside it, not typed."""

    def parse(self, text: str, form: Form) -> int:
        if text.strip().startswith(SIGNS):
            raise BadValue("Write the amount without a sign: whether it is added or deducted is chosen above.")
        minor = super().parse(text, form)
        if not minor:
            raise BadValue("An entry moves more than zero.")
        return minor


class DirectionField(RadioField):
    """Add or deduct."""

    def pre_validate(self, form: Form) -> None:
        if self.data not in {"add", "deduct"}:
            raise StopValidation("Choose whether the amount is added or deducted.")


def reasons() -> list[tuple[str, str]]:
    """List the reasons, each with the ways it may go."""
    return [(reason.key, f"{reason.label} ({ways(reason)})") for reason in REASONS.values()]


def ways(reason: Reason) -> str:
    if reason.adds and reason.deducts:
        return "adds or deducts"
    return "adds" if reason.adds else "deducts"


class OpenWalletForm(FlaskForm):
    """Open a wallet: one per currency."""

    currency = CurrencyField("Currency", blank="Choose a currency")
    name = LineField("Name", hint="Where it helps to tell wallets apart, such as Tokyo office.", maximum=80)

    def validate_currency(self, field: CurrencyField) -> None:
        if field.data is None:
            raise StopValidation("A currency is missing: a wallet holds one.")


class AdjustForm(FlaskForm):
    """Add to or deduct from a wallet; made for one wallet and one reader by `AdjustForm.of`."""

    key = OneTimeKey()
    direction = DirectionField("What happens", choices=DIRECTIONS, default="add")
    amount = SizeField("Amount", required="An amount is missing.")
    reason = PickField("Reason", choices=reasons, blank="Choose a reason")
    expires_on = DayField("Ends on", hint="The last day on which added credit can be used. Empty: it does not end.")
    customer_text = LineField("Text for the customer", hint="Stands beside the entry in the portal and in the mail.")
    reference = LineField("Reference", hint="An invoice, an order, a bank transfer.")
    note = ProseField("Note for operators", hint="The customer never sees it.", maximum=2000)

    @classmethod
    def of(cls, wallet: Wallet, *, locale: str, zone: str) -> "AdjustForm":
        """Make the form for a wallet: amounts in its currency and the reader's notation, days in the customer's zone."""
        form = cls()
        form.amount.currency = wallet.currency
        form.amount.locale = locale
        form.expires_on.zone = zone
        return form

    @property
    def signed_amount(self) -> int:
        """The amount in minor units, below zero where it is deducted."""
        return self.amount.data if self.direction.data == "add" else -self.amount.data

    def validate_reason(self, field: PickField) -> None:
        if field.data is None:
            raise StopValidation("A reason is missing: choose why the balance changes.")


class StatusForm(FlaskForm):
    """Freeze, close or reopen a wallet; the button that was pressed says which."""

    status = StringField()
    reason = LineField("Reason", required="A reason is missing: those who come later will look for it.")


class FloorForm(FlaskForm):
    """How far the balance may go down."""

    floor = AmountField("Floor", required="A floor is missing: 0 is the ordinary one.")

    @classmethod
    def of(cls, wallet: Wallet, *, locale: str) -> "FloorForm":
        """Make the form for a wallet, in its currency and the reader's notation."""
        form = cls(floor=wallet.floor)
        form.floor.currency = wallet.currency
        form.floor.locale = locale
        return form
