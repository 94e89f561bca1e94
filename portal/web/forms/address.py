"""A postal address, in a form of its own or as a part of another."""

from wtforms import Form

from portal.model.address import PARTS
from portal.web.forms.fields import CountryField, LineField, PhoneField, PostalCodeField


class AddressForm(Form):
    """All parts may be empty; the country decides how the postal code and the phone number are read."""

    line1 = LineField("Line 1")
    line2 = LineField("Line 2")
    line3 = LineField("Line 3")
    postal_code = PostalCodeField()
    city = LineField("City")
    state = LineField("State or region")
    country = CountryField(blank="Choose")
    phone = PhoneField("Phone at this address", country="country", empty="")

    def parts(self) -> dict[str, str] | None:
        """Give the parts of a read address, or None when all are empty."""
        read = {part: self[part].data or "" for part in PARTS}
        return read if any(read.values()) else None
