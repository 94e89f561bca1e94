"""The form for another address to sign in with."""

from flask_wtf import FlaskForm

from portal.web.forms.fields import EmailField


class OwnAddressForm(FlaskForm):
    """The new address."""

    email = EmailField("New address", required="Write the address you want to sign in with.")
