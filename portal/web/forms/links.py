"""The form of the public page that mails the link to what somebody is sent."""

from flask_wtf import FlaskForm

from portal.web.forms.fields import EmailField


class SettingsLinkForm(FlaskForm):
    """The address that the link goes to."""

    email = EmailField("Email", required="The address is missing: the link goes there.")
