"""The forms of signing in, of one's own settings and of taking an invite."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.domain import passwords
from portal.values import emails, locales
from portal.values.errors import BadValue


class AddressForm(FlaskForm):
    """Who wants to be signed in."""

    email = EmailField("Your email address", [InputRequired("Write the address you are known by.")], render_kw={"autocomplete": "email"})
    next = HiddenField()

    def validate_email(self, field):
        try:
            field.data = emails.parse_email(field.data)
        except BadValue as bad:
            raise ValidationError(str(bad)) from None


class PasswordSignInForm(AddressForm):
    """An operator with a password."""

    email = EmailField("Your email address", [InputRequired("Write the address you are known by.")], render_kw={"autocomplete": "username"})
    password = PasswordField(
        "Password",
        [InputRequired("Write your password."), Length(max=1024, message="A password has at most 256 characters.")],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(FlaskForm):
    """Six digits from the mail."""

    code = StringField(
        "Reading it on another device? Type the code",
        [InputRequired("Type the six digits from the mail.")],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12},
    )


class LinkForm(FlaskForm):
    """Going on with a link; the code only where another browser asked for it."""

    code = StringField("The code from the same mail", [Optional()])


class NewPasswordForm(FlaskForm):
    """A password to be set; the form is told of whom, for a password is not made of one's name."""

    password = PasswordField("New password", [InputRequired("Write the new password.")], render_kw={"autocomplete": "new-password"})

    def __init__(self, *arguments, email: str = "", names: tuple[str, ...] = (), alone: bool = True, **more):
        super().__init__(*arguments, **more)
        self.of_whom = {"email": email, "names": names, "alone": alone}

    def validate_password(self, field):
        if not field.data:
            return
        try:
            passwords.check(field.data, **self.of_whom)
        except passwords.Unfit as unfit:
            raise ValidationError(str(unfit)) from None


class ChangePasswordForm(NewPasswordForm):
    """A new password in place of the present one."""

    present = PasswordField(
        "Present password", [InputRequired("Write your present password.")], render_kw={"autocomplete": "current-password"}
    )


class InviteForm(NewPasswordForm):
    """Taking one's place in the console."""

    name = StringField(
        "Your name",
        [InputRequired("Write the name others see beside what you do."), Length(max=255, message="A name has at most 255 characters.")],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField("Password", [Optional()], render_kw={"autocomplete": "new-password"})


def _choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class DensityForm(FlaskForm):
    """Lists airy or close, from the list itself; `next` is where the person was."""

    density = RadioField(choices=["", "close"])
    next = HiddenField()


class OwnSettingsForm(FlaskForm):
    """What a person sets for themselves in the console."""

    name = StringField(
        "Name",
        [InputRequired("Write the name others see beside what you do."), Length(max=255, message="A name has at most 255 characters.")],
        render_kw={"autocomplete": "name"},
    )
    theme = RadioField("Light or dark", choices=_choices({"": "As the system has it", "light": "Light", "dark": "Dark"}), default="")
    density = RadioField(
        "Lists",
        choices=_choices({"": "Airy: rows with room, the margin beside them", "close": "Close: more rows and columns at once"}),
        default="",
    )
    keys = BooleanField("Keys move and open things in lists")
    locale = SelectField("Language of numbers and dates", choices=_choices({"": "As the business has it", **locales.LOCALES}), default="")
    time_zone = SelectField("Time zone", default="", validate_choice=False)

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.time_zone.choices = _choices({"": "As the business has it", **{zone: zone.replace("_", " ") for zone in locales.time_zones()}})

    def validate_time_zone(self, field):
        if not field.data:
            return
        try:
            field.data = locales.parse_time_zone(field.data)
        except BadValue as bad:
            raise ValidationError(str(bad)) from None

    def facts(self) -> dict[str, object]:
        """Give what the form says, as `users.change_own` takes it."""
        return {
            "name": self.name.data.strip(),
            "locale": self.locale.data or None,
            "time_zone": self.time_zone.data or None,
            "theme": self.theme.data or "",
            "density": self.density.data or "",
            "keys": self.keys.data,
        }
