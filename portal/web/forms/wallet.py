"""The forms of a wallet: opening one, adding to it and deducting from it, its status and its floor."""

from functools import cache

from wtforms import Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.domain.ledger import REASONS, Reason
from portal.domain.ledger.rows import ORDINARY_PRIORITY
from portal.model import Wallet
from portal.values.errors import BadValue
from portal.web.forms.base import PostedForm
from portal.web.forms.fields import AmountField, CurrencyField, DayField, LineField, OneTimeKey, ParsedField, PickField, ProseField

DIRECTIONS = [SelectChoice("add", "Add to the balance"), SelectChoice("deduct", "Deduct from the balance")]
KINDS = [("promotional", "Promotional"), ("paid", "Paid")]
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


class PriorityField(ParsedField):
    """A place in the order of spending: 0 goes first, 100 last."""

    kind = "number"

    def parse(self, text: str, form: Form) -> int:
        typed = text.strip()
        if not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= 100 and len(typed) < 9):
            raise BadValue("Write a whole number from 0 to 100; 50 is the ordinary one.")
        return int(typed)

    @property
    def nothing(self) -> int:
        return ORDINARY_PRIORITY


class DirectionField(RadioField):
    """Add or deduct."""

    def pre_validate(self, form: Form) -> None:
        if self.data not in {"add", "deduct"}:
            raise StopValidation("Choose whether the amount is added or deducted.")


@cache
def reasons() -> list[tuple[str, str]]:
    """List the reasons for which credit is moved by hand, each with the ways it may go."""
    by_hand = (reason for reason in REASONS.values() if reason.adds or reason.deducts)
    return [(reason.key, f"{reason.label} ({ways(reason)})") for reason in by_hand]


def ways(reason: Reason) -> str:
    if reason.adds and reason.deducts:
        return "adds or deducts"
    return "adds" if reason.adds else "deducts"


class OpenWalletForm(PostedForm):
    """Open a wallet: one per currency."""

    currency = CurrencyField("Currency", blank="Choose a currency")
    name = LineField("Name", hint="Where it helps to tell wallets apart, such as Tokyo office.", maximum=80)

    def validate_currency(self, field: CurrencyField) -> None:
        if field.data is None:
            raise StopValidation("A currency is missing: a wallet holds one.")


class AdjustForm(PostedForm):
    """Add to or deduct from a wallet; made for one wallet and one reader by `AdjustForm.of`."""

    key = OneTimeKey()
    direction = DirectionField("What happens", choices=DIRECTIONS, default="add")
    amount = SizeField("Amount", required="An amount is missing.")
    reason = PickField("Reason", choices=reasons, blank="Choose a reason")
    expires_on = DayField("Ends on", hint="The last day on which added credit can be used. Empty: it does not end.")
    customer_text = LineField("Text for the customer", hint="Stands beside the entry in the portal and in the mail.")
    reference = LineField("Reference", hint="An invoice, an order, a bank transfer.")
    note = ProseField("Note for operators", hint="The customer never sees it.", maximum=2000)
    kind = PickField("Kind of credit", blank="As the reason says", choices=KINDS)
    priority = PriorityField("Priority", hint="Lower is spent first. 50 is the ordinary one.", default=ORDINARY_PRIORITY)

    @classmethod
    def of(cls, wallet: Wallet, *, locale: str, zone: str, **made) -> "AdjustForm":
        """Make the form for a wallet: amounts in its currency and the reader's notation, days in the customer's zone."""
        form = cls(**made)
        form.amount.currency = wallet.currency
        form.amount.locale = locale
        form.expires_on.zone = zone
        return form

    def facts(self) -> dict:
        """Give the key and all but the amount, as the domain takes them."""
        return {
            "key": self.key.data,
            "reason": self.reason.data,
            "note": self.note.data or "",
            "customer_text": self.customer_text.data or "",
            "reference": self.reference.data or "",
            "expires_at": self.expires_on.data,
            "kind": self.kind.data,
            "priority": self.priority.data,
        }

    @property
    def signed_amount(self) -> int:
        """The amount in minor units, below zero where it is deducted."""
        return self.amount.data if self.direction.data == "add" else -self.amount.data

    def validate_reason(self, field: PickField) -> None:
        if field.data is None:
            raise StopValidation("A reason is missing: choose why the balance changes.")

    def validate_kind(self, field: PickField) -> None:
        if field.data and self.direction.data == "deduct":
            raise StopValidation("Only added credit has a kind of its own.")

    def validate_priority(self, field: PriorityField) -> None:
        if field.data != ORDINARY_PRIORITY and self.direction.data == "deduct":
            raise StopValidation("Only added credit has a priority.")

    @property
    def further(self) -> bool:
        """Tell whether something out of the ordinary was chosen, or is wrong, so that it is not folded away."""
        return bool(self.kind.data or self.kind.errors or self.priority.errors or self.priority.data != ORDINARY_PRIORITY)


class StatusForm(PostedForm):
    """Freeze, close or reopen a wallet; the button that was pressed says which."""

    status = StringField()
    reason = LineField("Reason", required="A reason is missing: those who come later will look for it.")


class FloorForm(PostedForm):
    """How far the balance may go down."""

    floor = AmountField("Floor", required="A floor is missing: 0 is the ordinary one.")

    @classmethod
    def of(cls, wallet: Wallet, *, locale: str) -> "FloorForm":
        """Make the form for a wallet, in its currency and the reader's notation."""
        form = cls(floor=wallet.floor)
        form.floor.currency = wallet.currency
        form.floor.locale = locale
        return form
