"""The forms that move credit besides adjusting: reversing, revoking, transferring."""

from collections.abc import Iterable
from uuid import UUID

from wtforms.validators import StopValidation

from portal.model import Wallet
from portal.web.forms.base import PostedForm
from portal.web.forms.fields import LineField, OneTimeKey, PickField, ProseField
from portal.web.forms.wallet import SizeField

FOR_CUSTOMER = "Stands beside the entry in the portal and in the mail."
FOR_OPERATORS = "The customer never sees it."


class ReversalForm(PostedForm):
    """Take an entry back, with words for the customer and for operators."""

    key = OneTimeKey()
    customer_text = LineField("Text for the customer", hint=FOR_CUSTOMER)
    note = ProseField("Note for operators", hint=FOR_OPERATORS, maximum=2000)

    def words(self) -> dict[str, str]:
        """Give the key and the words, as the domain takes them."""
        return {"key": self.key.data, "customer_text": self.customer_text.data or "", "note": self.note.data or ""}


class RevocationForm(ReversalForm):
    """Take back what is left of a grant."""


class TransferForm(PostedForm):
    """Move credit to another wallet; made for one wallet and one reader by `TransferForm.of`."""

    key = OneTimeKey()
    target = PickField("To", blank="Choose a wallet")
    amount = SizeField("Amount", required="An amount is missing.")
    customer_text = LineField("Text for the customer", hint="Stands beside both entries in the portal and in the mail.")
    reference = LineField("Reference", hint="An invoice, an order, a bank transfer.")
    note = ProseField("Note for operators", hint=FOR_OPERATORS, maximum=2000)

    @classmethod
    def of(cls, wallet: Wallet, targets: Iterable[tuple[UUID, str]], *, locale: str, **made) -> "TransferForm":
        """Make the form for a wallet and those it may be moved to, each with its words."""
        form = cls(**made)
        form.amount.currency, form.amount.locale = wallet.currency, locale
        form.target.choices = [(str(wallet_id), words) for wallet_id, words in targets]
        return form

    def words(self) -> dict[str, str]:
        """Give the key and the words, as the domain takes them."""
        return {
            "key": self.key.data,
            "customer_text": self.customer_text.data or "",
            "reference": self.reference.data or "",
            "note": self.note.data or "",
        }

    def validate_target(self, field: PickField) -> None:
        if field.data is None:
            raise StopValidation("A wallet is missing: choose where the credit goes.")
