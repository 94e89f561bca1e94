"""The form for a company's own addresses."""

from flask_wtf import FlaskForm
from wtforms import FormField, HiddenField

from portal.model import Address
from portal.values.addresses import warnings
from portal.web.forms.address import AddressForm
from portal.web.forms.fields import TickField


class AddressesForm(FlaskForm):
    """The billing address, and the shipping address where it is another one."""

    billing = FormField(AddressForm, "Billing address")
    shipping_same = TickField("Shipping address is the same", default=True)
    shipping = FormField(AddressForm, "Shipping address")
    version = HiddenField()

    def validate(self, extra_validators=None) -> bool:
        """Read each field; the shipping address only where it is another one."""
        if not self.shipping_same.data:
            return super().validate(extra_validators)
        shipping = self._fields.pop("shipping")
        try:
            return super().validate(extra_validators)
        finally:
            self._fields["shipping"] = shipping

    def facts(self) -> dict:
        """Give what was read as `company.change_addresses` takes it."""
        same = self.shipping_same.data
        shipping = None if same else self.shipping.form.parts()
        return {"billing": self.billing.form.parts(), "shipping_same": same, "shipping": shipping}

    def doubts(self) -> list[str]:
        """List what looks odd in the addresses that were read, and does not stop them."""
        read = (self.billing.form.parts(), self.facts()["shipping"])
        return list(dict.fromkeys(doubt for parts in read if parts for doubt in warnings(parts)))

    @property
    def base_version(self) -> int | None:
        """The customer's version when the form was shown; None when it cannot be read."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def values_of(version: int, billing: Address | None, shipping: Address | None) -> dict:
    """Give the form's data for what is saved."""
    same = shipping is billing
    return {
        "billing": billing.parts() if billing else {},
        "shipping_same": same,
        "shipping": shipping.parts() if shipping and not same else {},
        "version": str(version),
    }
