"""The form for the balance below which somebody is told."""

from flask_wtf import FlaskForm

from portal.model import Wallet
from portal.web.forms.fields import AmountField


class AlertForm(FlaskForm):
    """Below which balance to write; made for one wallet and one reader by `AlertForm.of`. Nothing typed is nobody told."""

    low_balance = AmountField("We write when the balance falls below", hint="Empty: nobody is told.")

    @classmethod
    def of(cls, wallet: Wallet, *, locale: str) -> "AlertForm":
        """Make the form for a wallet, in its currency and the reader's notation."""
        form = cls(low_balance=wallet.low_balance)
        form.low_balance.currency = wallet.currency
        form.low_balance.locale = locale
        return form
