"""Forms of the second step, of fresh proof, and of setting factors up."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

RECOVERY_HINT = "Three groups of four; capitals and dashes do not matter. It works once."


class SecondStepForm(FlaskForm):
    """Six digits of the app."""

    code = StringField("The six digits in your authenticator app", [InputRequired("Type the six digits that the app shows now.")])


class RecoveryForm(FlaskForm):
    """One of the codes on paper."""

    code = StringField(
        "Recovery code",
        [InputRequired("Type one of your recovery codes."), Length(max=60, message="A recovery code has twelve characters.")],
        description=RECOVERY_HINT,
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": 60},
    )


class AuthenticatorForm(FlaskForm):
    """The first code of an app that is being set up; `sealed` is the secret it was given."""

    sealed = HiddenField()
    code = StringField("The six digits it shows now", [InputRequired("Type the six digits that the app shows now.")])


class PasskeyForm(FlaskForm):
    """A name for a passkey, and what the browser made; the second is filled in by script."""

    name = StringField(
        "What you call it",
        [Length(max=60, message="A name has at most 60 characters.")],
        description="So that you know it again: the laptop, the phone, the key on the ring.",
        render_kw={"autocomplete": "off", "maxlength": 60},
    )
    credential = HiddenField()


class RolesForm(FlaskForm):
    """The operator roles that need a second factor."""

    roles = SelectMultipleField("Who needs a second factor")


class BoundRolesForm(FlaskForm):
    """The operator roles that sign in with the business's provider alone."""

    bound = SelectMultipleField("Who signs in with the provider alone")
